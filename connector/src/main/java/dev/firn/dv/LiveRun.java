package dev.firn.dv;

import dev.firn.run.RunFile;

/**
 * A run file with the positions of its superseded rows.
 *
 * @param dead positions that are dead by the table's deletion vector or by changes not yet committed
 */
public record LiveRun(RunFile run, PositionSet dead) {

    public LiveRun killing(PositionSet more) {
        return new LiveRun(run, dead.union(more));
    }

    public String location() {
        return run.location();
    }

    /** Rows that are not dead. */
    public long liveRows() {
        return run.rows() - dead.cardinality();
    }
}
