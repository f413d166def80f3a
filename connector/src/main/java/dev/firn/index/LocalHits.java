package dev.firn.index;

/**
 * What was at hand when it was needed.
 *
 * @param opened indexes that an earlier owner left on the local disk, and that were taken over; the others are
 *     {@linkplain IndexStatistics#rebuilds rebuilt}
 * @param filterHits uses of a filter that was in memory
 * @param filterMisses uses of a filter that was read from its file first
 */
public record LocalHits(long opened, long filterHits, long filterMisses) {}
