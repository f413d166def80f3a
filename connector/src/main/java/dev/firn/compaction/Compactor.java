package dev.firn.compaction;

import dev.firn.index.RunStore;
import dev.firn.run.LineageReader;
import dev.firn.run.RunFormat;

/**
 * How one bucket's runs are merged: what its jobs share. Any thread.
 *
 * @param store its format has all columns of the table; its files may be asked for by several threads at a time
 * @param reader of the same format
 * @param limiter shared by whatever is to keep a rate together
 * @param treatment what becomes of the rows
 * @param sortBytes heap for sorting an unsorted file, for each of a job's workers; what is more goes to the local disk
 */
public record Compactor(
        RunStore store, LineageReader reader, RateLimiter limiter, Treatment treatment, long sortBytes) {

    private static final long DEFAULT_SORT_BYTES = 32L << 20;

    /** What becomes of rows beside being merged. */
    sealed interface Treatment {

        /** What the filter says. */
        record Filtered(RowFilter filter) implements Treatment {}

        /** All stay, in the partitions that they are divided among. */
        record Divided(Division division) implements Treatment {}
    }

    public Compactor(RunStore store, LineageReader reader, RateLimiter limiter, RowFilter filter, long sortBytes) {
        this(store, reader, limiter, new Treatment.Filtered(filter), sortBytes);
    }

    public Compactor(RunStore store, LineageReader reader, RateLimiter limiter, RowFilter filter) {
        this(store, reader, limiter, filter, DEFAULT_SORT_BYTES);
    }

    /** One that divides the rows of its inputs among partitions, and neither drops nor changes any. */
    public static Compactor dividing(
            RunFormat format, RunStore.Storage storage, LineageReader reader, RateLimiter limiter, Division division) {
        RunStore noPartition = new RunStore(
                format,
                division.spec(),
                division.partitionKey(),
                level -> {
                    throw new IllegalStateException("A row that is divided has a partition");
                },
                storage);
        return new Compactor(noPartition, reader, limiter, new Treatment.Divided(division), DEFAULT_SORT_BYTES);
    }

    public RowFilter filter() {
        return treatment instanceof Treatment.Filtered filtered ? filtered.filter() : RowFilter.KEEP_ALL;
    }

    /** For one job, which starts now. */
    Compactor meteredBy(Meter meter) {
        RunStore metered = new RunStore(
                store.format(),
                store.spec(),
                store.partition(),
                level -> meter.through(store.files().apply(level)),
                store.storage());
        Treatment metering = treatment instanceof Treatment.Divided divided
                ? new Treatment.Divided(divided.division().meteredBy(meter))
                : new Treatment.Filtered(filter().atStart());
        return new Compactor(metered, reader.through(meter::through), limiter, metering, sortBytes);
    }
}
