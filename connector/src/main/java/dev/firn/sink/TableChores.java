package dev.firn.sink;

import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.OrphanRemoval;
import dev.firn.iceberg.SnapshotExpiry;
import dev.firn.sink.Housekeeping.Chore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.flink.metrics.MetricGroup;

/** What a sink does for its table beside the commits, and how much of it was done. Counters are read by any thread. */
final class TableChores {

    private final LongAdder snapshots = new LongAdder();
    private final LongAdder files = new LongAdder();
    private final LongAdder orphans = new LongAdder();
    private final Housekeeping housekeeping;

    /**
     * @param tables opens the table once more
     * @param thread of the housekeeping alone, ended with it
     */
    TableChores(Supplier<FirnTable> tables, HousekeepingConfig config, ExecutorService thread, InstantSource clock) {
        List<Chore> chores = new ArrayList<>();
        if (!config.expiryInterval().isZero()) {
            SnapshotExpiry expiry = new SnapshotExpiry(tables.get(), config.retention(), clock);
            chores.add(new Chore(
                    "Expiring snapshots",
                    config.expiryInterval(),
                    () -> {
                        SnapshotExpiry.Outcome outcome = expiry.run();
                        snapshots.add(outcome.snapshots());
                        files.add(outcome.files());
                    },
                    expiry));
        }
        if (!config.orphanInterval().isZero()) {
            OrphanRemoval removal = new OrphanRemoval(tables.get(), config.orphanMinAge(), clock);
            chores.add(
                    new Chore("Removing orphans", config.orphanInterval(), () -> orphans.add(removal.run()), removal));
        }
        this.housekeeping = new Housekeeping(chores, thread, clock);
    }

    static ExecutorService newThread() {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "firn-housekeeping");
            thread.setDaemon(true);
            return thread;
        });
    }

    Housekeeping housekeeping() {
        return housekeeping;
    }

    /** Registers everything, as docs/metrics.md lists it. */
    void reportTo(MetricGroup group) {
        Instruments firn = Instruments.of(group);
        firn.counter("expiredSnapshots", snapshots::sum);
        firn.counter("expiredFiles", files::sum);
        firn.counter("removedOrphans", orphans::sum);
        firn.counter("housekeepingFailures", housekeeping::failures);
    }
}
