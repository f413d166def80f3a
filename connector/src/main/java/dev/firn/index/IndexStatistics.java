package dev.firn.index;

import java.time.Duration;

/**
 * What the indexes of one table did since they were opened.
 *
 * @param probes keys that a cursor looked for
 * @param filterNegatives probes that a filter answered: the key is absent
 * @param filterFalsePositives probes that passed a filter although the key is absent
 * @param rebuilt indexes that were built again from their data files
 * @param evictions local files that were deleted for the quota, or for want of space
 * @param blocksRead key blocks that were read and decoded
 * @param bytesRead bytes of local files that were read: blocks, fences and filters
 */
public record IndexStatistics(
        long probes,
        long filterNegatives,
        long filterFalsePositives,
        Rebuilt rebuilt,
        long evictions,
        long blocksRead,
        long bytesRead) {

    /**
     * Indexes that were built from their data files.
     *
     * @param files begun, those that failed included
     * @param keys of the others
     * @param time the sum over all threads
     */
    public record Rebuilt(long files, long keys, Duration time) {}

    public long rebuilds() {
        return rebuilt.files();
    }
}
