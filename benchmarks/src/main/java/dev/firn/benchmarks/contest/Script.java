package dev.firn.benchmarks.contest;

import dev.firn.benchmarks.workload.Told;
import dev.firn.benchmarks.workload.Workload;
import java.io.Serializable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What a source tells, and when it stops.
 *
 * @param batch changes after which all lanes wait for a checkpoint
 * @param perSecond the most changes in a second
 */
record Script(Workload workload, Told told, long batch, long perSecond) implements Serializable {

    private static final ConcurrentMap<Script, Told.Telling> TELLINGS = new ConcurrentHashMap<>();

    /** Made once in a process: it may take long, and nobody should be charged for it. */
    Told.Telling telling() {
        return TELLINGS.computeIfAbsent(this, script -> script.told.by(script.workload));
    }

    long batchOfLane() {
        return Math.max(1, batch / workload.lanes());
    }

    double perSecondOfLane() {
        return (double) perSecond / workload.lanes();
    }

    /** Changes that are told altogether. */
    long length() {
        long length = 0;
        for (int lane = 0; lane < workload.lanes(); lane++) {
            length += telling().length(lane);
        }
        return length;
    }
}
