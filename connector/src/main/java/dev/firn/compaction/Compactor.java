package dev.firn.compaction;

import dev.firn.index.RunStore;
import dev.firn.run.LineageReader;

/**
 * How one bucket's runs are merged: what its jobs share. Any thread.
 *
 * @param store its format has all columns of the table; its files may be asked for by several threads at a time
 * @param reader of the same format
 * @param limiter shared by whatever is to keep a rate together
 * @param sortBytes heap for sorting an unsorted file, for each of a job's workers; what is more goes to the local disk
 */
public record Compactor(RunStore store, LineageReader reader, RateLimiter limiter, RowFilter filter, long sortBytes) {

    private static final long DEFAULT_SORT_BYTES = 32L << 20;

    public Compactor(RunStore store, LineageReader reader, RateLimiter limiter, RowFilter filter) {
        this(store, reader, limiter, filter, DEFAULT_SORT_BYTES);
    }

    /** For one job, which starts now. */
    Compactor meteredBy(Meter meter) {
        RunStore metered = new RunStore(
                store.format(),
                store.spec(),
                store.partition(),
                level -> meter.through(store.files().apply(level)),
                store.storage());
        return new Compactor(metered, reader.through(meter::through), limiter, filter.atStart(), sortBytes);
    }
}
