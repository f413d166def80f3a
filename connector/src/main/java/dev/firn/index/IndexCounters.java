package dev.firn.index;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** Counts what {@link IndexStatistics} reports. */
final class IndexCounters {

    final LongAdder probes = new LongAdder();
    final LongAdder filterNegatives = new LongAdder();
    final LongAdder filterFalsePositives = new LongAdder();
    final LongAdder opened = new LongAdder();
    final LongAdder rebuilds = new LongAdder();
    final LongAdder evictions = new LongAdder();
    final LongAdder rebuiltKeys = new LongAdder();
    final LongAdder rebuildNanos = new LongAdder();
    final LongAdder filterHits = new LongAdder();
    final LongAdder filterMisses = new LongAdder();
    final LongAdder blocksRead = new LongAdder();
    final LongAdder bytesRead = new LongAdder();

    void rebuilt(long keys, long nanos) {
        rebuiltKeys.add(keys);
        rebuildNanos.add(nanos);
    }

    LocalHits hits() {
        return new LocalHits(opened.sum(), filterHits.sum(), filterMisses.sum());
    }

    IndexStatistics statistics() {
        return new IndexStatistics(
                probes.sum(),
                filterNegatives.sum(),
                filterFalsePositives.sum(),
                new IndexStatistics.Rebuilt(rebuilds.sum(), rebuiltKeys.sum(), Duration.ofNanos(rebuildNanos.sum())),
                evictions.sum(),
                blocksRead.sum(),
                bytesRead.sum());
    }
}
