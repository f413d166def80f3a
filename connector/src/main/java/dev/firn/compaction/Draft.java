package dev.firn.compaction;

import dev.firn.compaction.CompactionChoice.Merge;
import dev.firn.compaction.CompactionChoice.Move;
import dev.firn.compaction.CompactionChoice.Reason;
import java.util.Collection;
import java.util.List;

/** A merge that could be done: its inputs in key order, with all that had to be pulled in. */
record Draft(List<RunShape> inputs, int outputLevel) {

    Draft {
        inputs = inputs.stream().sorted(Level.ORDER).toList();
    }

    static KeySpan hull(Collection<RunShape> runs) {
        return runs.stream().map(RunShape::keys).reduce(KeySpan::hull).orElseThrow();
    }

    static long live(Collection<RunShape> runs) {
        return runs.stream().mapToLong(RunShape::liveBytes).sum();
    }

    static long bytes(Collection<RunShape> runs) {
        return runs.stream().mapToLong(RunShape::bytes).sum();
    }

    boolean isMove() {
        return inputs.size() == 1 && inputs.get(0).level() != outputLevel;
    }

    /**
     * What a written byte brings: live bytes that leave their level, and dead ones that are gone. This is the benefit
     * by cost of a log cleaner, with the descent as a second benefit.
     */
    double worth() {
        List<RunShape> falling =
                inputs.stream().filter(run -> run.level() < outputLevel).toList();
        long written = isMove() ? 0 : live(inputs);
        return (live(falling) + bytes(inputs) - live(inputs)) / (1.0 + written);
    }

    CompactionChoice because(Reason reason, CompactionOptions options) {
        return isMove()
                ? new Move(inputs.get(0).location(), outputLevel)
                : new Merge(
                        inputs.stream().map(RunShape::location).toList(),
                        outputLevel,
                        Cuts.between(inputs, options),
                        reason);
    }
}
