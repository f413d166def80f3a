package dev.firn.benchmarks.workload;

import java.util.stream.LongStream;
import org.apache.flink.types.RowKind;

/** A workload's changes, lane by lane. Each is a pure function of its number. Any thread. */
public final class Changelog {

    private final Workload workload;
    private final double zeta;

    public Changelog(Workload workload) {
        this.workload = workload;
        this.zeta = workload.updates().popularity().zeta(loadOfLane());
    }

    /** How many changes each lane has. */
    public long changesOfLane() {
        return loadOfLane() + workload.size().updates() / workload.lanes();
    }

    private long loadOfLane() {
        return workload.size().load() / workload.lanes();
    }

    /** The rows that are loaded: keys are below. */
    public long keys() {
        return loadOfLane() * workload.lanes();
    }

    /** @param number from 0 to {@link #changesOfLane} */
    public Change change(int lane, long number) {
        long version = number * workload.lanes() + lane;
        long load = loadOfLane();
        if (number < load) {
            return new Change(RowKind.INSERT, version, version);
        }
        long random = mix(version);
        double uniform = (random >>> 11) * 0x1.0p-53;
        long rank = workload.updates().popularity().rank(uniform, load, zeta);
        boolean deletes = (mix(random) >>> 11) * 0x1.0p-53 < workload.updates().deletes();
        return new Change(deletes ? RowKind.DELETE : RowKind.UPDATE_AFTER, rank * workload.lanes() + lane, version);
    }

    /** The changes whose rows are live in the end, by key. */
    public long[] survivors() {
        long[] last = new long[Math.toIntExact(keys())];
        for (int lane = 0; lane < workload.lanes(); lane++) {
            for (long number = 0; number < changesOfLane(); number++) {
                Change change = change(lane, number);
                last[(int) change.key()] = change.kind() == RowKind.DELETE ? -1 : change.version();
            }
        }
        return LongStream.of(last).filter(version -> version >= 0).toArray();
    }

    /** The change with this version. */
    public Change change(long version) {
        return change((int) (version % workload.lanes()), version / workload.lanes());
    }

    /** A step of SplitMix64. */
    static long mix(long number) {
        long z = (number + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
