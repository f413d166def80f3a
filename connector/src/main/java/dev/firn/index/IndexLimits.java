package dev.firn.index;

/**
 * What the indexes of one table may take up.
 *
 * @param filterMemoryBytes the budget for filters in memory
 * @param quotaBytes how many bytes of local files nothing should be added to but what has to be; see {@link LocalSpace}
 */
public record IndexLimits(long filterMemoryBytes, long quotaBytes) {}
