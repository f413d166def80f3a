package dev.firn.index;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * The filters that are held in memory, of all indexes of a table, within a budget: a thread that brings one in beyond
 * it has others dropped before it goes on. Any thread.
 */
final class FilterCache {

    /** What the cache keeps beside the filter's words, roughly. */
    private static final int ENTRY_BYTES = 128;

    private record SegmentId(long file, int segment) {}

    private final Cache<SegmentId, SplitBlockBloomFilter> filters;

    /** A cache that holds at most so many bytes; with 0 every use reads the filter from its file. */
    FilterCache(long budgetBytes) {
        filters = Caffeine.newBuilder()
                .maximumWeight(budgetBytes)
                .weigher((SegmentId id, SplitBlockBloomFilter filter) -> filter.sizeInBytes() + ENTRY_BYTES)
                .executor(Runnable::run)
                .build();
    }

    SplitBlockBloomFilter filter(KeyIndexFile file, int segment, IndexCounters counters) {
        SegmentId id = new SegmentId(file.id(), segment);
        SplitBlockBloomFilter filter = filters.getIfPresent(id);
        if (filter != null) {
            counters.filterHits.increment();
        } else {
            counters.filterMisses.increment();
            filter = file.readFilter(segment);
            filters.put(id, filter);
        }
        return filter;
    }

    /** What is held now. */
    long bytes() {
        return filters.policy().eviction().orElseThrow().weightedSize().orElseThrow();
    }

    void drop(KeyIndexFile file) {
        for (int segment = 0; segment < file.footer().segments(); segment++) {
            filters.invalidate(new SegmentId(file.id(), segment));
        }
    }
}
