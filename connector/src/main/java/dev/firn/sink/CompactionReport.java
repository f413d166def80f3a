package dev.firn.sink;

/**
 * What a compaction job committed at once.
 *
 * @param mergedFiles files that went
 * @param newFiles files that came in their place
 * @param refusedFiles files that were written in vain, because somebody else took an input away meanwhile
 */
public record CompactionReport(int mergedFiles, int newFiles, int refusedFiles) {}
