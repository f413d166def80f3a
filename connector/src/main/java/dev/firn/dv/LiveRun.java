package dev.firn.dv;

import dev.firn.run.RunFile;
import org.apache.iceberg.DataFile;

/**
 * A run file with the positions of its superseded rows.
 *
 * @param dead positions that are dead by the table's deletion vector or by changes not yet committed
 */
public record LiveRun(RunFile run, PositionSet dead) {

    public LiveRun killing(PositionSet more) {
        return new LiveRun(run, dead.union(more));
    }

    /** The same file with what its commit gave it. */
    public LiveRun landed(DataFile file) {
        return new LiveRun(new RunFile(file, run.level()), dead);
    }

    public LiveRun at(int level) {
        return level == run.level() ? this : new LiveRun(new RunFile(run.file(), level), dead);
    }

    /** Whether the file's commit was seen: from then on its rows have ids, which a compaction has to carry over. */
    public boolean isCommitted() {
        return run.file().firstRowId() != null && run.file().dataSequenceNumber() != null;
    }

    public String location() {
        return run.location();
    }

    /** Rows that are not dead. */
    public long liveRows() {
        return run.rows() - dead.cardinality();
    }
}
