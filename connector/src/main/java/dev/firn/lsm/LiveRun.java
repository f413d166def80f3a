package dev.firn.lsm;

import dev.firn.dv.PositionSet;
import dev.firn.run.RunFile;

/**
 * A run file with the positions of its superseded rows.
 *
 * @param dead positions that are dead by the table's deletion vector or by changes not yet committed
 */
public record LiveRun(RunFile run, PositionSet dead) {

    LiveRun killing(PositionSet more) {
        return new LiveRun(run, dead.union(more));
    }

    String location() {
        return run.location();
    }

    long liveRows() {
        return run.rows() - dead.cardinality();
    }
}
