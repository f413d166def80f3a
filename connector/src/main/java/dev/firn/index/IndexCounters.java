package dev.firn.index;

import java.util.concurrent.atomic.LongAdder;

/** Counts what {@link IndexStatistics} reports. */
final class IndexCounters {

    final LongAdder probes = new LongAdder();
    final LongAdder filterNegatives = new LongAdder();
    final LongAdder filterFalsePositives = new LongAdder();
    final LongAdder rebuilds = new LongAdder();
    final LongAdder evictions = new LongAdder();
    final LongAdder blocksRead = new LongAdder();
    final LongAdder bytesRead = new LongAdder();

    IndexStatistics statistics() {
        return new IndexStatistics(
                probes.sum(),
                filterNegatives.sum(),
                filterFalsePositives.sum(),
                rebuilds.sum(),
                evictions.sum(),
                blocksRead.sum(),
                bytesRead.sum());
    }
}
