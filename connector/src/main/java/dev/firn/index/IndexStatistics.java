package dev.firn.index;

/**
 * What the indexes of one table did since they were opened.
 *
 * @param probes keys that a cursor looked for
 * @param filterNegatives probes that a filter answered: the key is absent
 * @param filterFalsePositives probes that passed a filter although the key is absent
 * @param rebuilds indexes that were built again from their data file
 * @param evictions local files that were deleted for the quota, or for want of space
 * @param blocksRead key blocks that were read and decoded
 * @param bytesRead bytes of local files that were read: blocks, fences and filters
 */
public record IndexStatistics(
        long probes,
        long filterNegatives,
        long filterFalsePositives,
        long rebuilds,
        long evictions,
        long blocksRead,
        long bytesRead) {}
