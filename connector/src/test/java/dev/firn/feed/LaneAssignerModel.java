package dev.firn.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.feed.LaneAssigner.Held;
import dev.firn.iceberg.Lane;
import dev.firn.iceberg.SnapshotStamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Readers that read, fail, are restored and are rescaled at random, against the promise that each split is read once,
 * and that the splits that hold a key are read in order, and by one subtask unless a checkpoint lies between.
 */
final class LaneAssignerModel {

    private static final int KEYS = 12;

    private final Random random;
    private final Handover handover;
    private final List<Integer> lanesOfEpoch = new ArrayList<>();
    private final TreeMap<Long, ChangeSplit> splits = new TreeMap<>();
    private long nextOrdinal;
    private int subtasks;
    private LaneAssigner assigner;
    private final Map<Integer, List<ChangeSplit>> queues = new TreeMap<>();
    private final Set<Integer> silent = new HashSet<>();
    private List<Emission> emitted = new ArrayList<>();
    private long barriers;
    private @Nullable Checkpoint completed;

    /** @param barrier number of completed checkpoints and restores before it */
    private record Emission(ChangeSplit split, int subtask, long barrier) {}

    private record Checkpoint(
            long id,
            List<ChangeSplit> pending,
            Map<Integer, List<ChangeSplit>> queues,
            List<Emission> emitted,
            long nextOrdinal,
            int epochs) {}

    LaneAssignerModel(long seed) {
        random = new Random(seed);
        handover = random.nextBoolean() ? Handover.AT_CHECKPOINT : Handover.WHEN_READ;
        subtasks = 1 + random.nextInt(4);
        lanesOfEpoch.add(random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(5));
        assigner = LaneAssigner.fresh(handover, subtasks);
        silentAgain();
    }

    void run() {
        long checkpoint = 1;
        for (int step = 0; step < 300; step++) {
            switch (random.nextInt(10)) {
                case 0, 1 -> plan();
                case 2 -> checkpoint(checkpoint++);
                case 3 -> {
                    if (random.nextInt(6) == 0) {
                        restore(random.nextBoolean() ? subtasks : 1 + random.nextInt(4));
                    }
                }
                case 4 -> start();
                default -> read();
            }
            assign();
        }
        for (int step = 0; step < 2000 && emitted.size() < splits.size(); step++) {
            start();
            read();
            checkpoint(checkpoint++);
            assign();
        }
        check();
    }

    private void plan() {
        if (nextOrdinal > 0 && random.nextInt(8) == 0) {
            lanesOfEpoch.add(1 + random.nextInt(5));
        }
        int epoch = lanesOfEpoch.size() - 1;
        int lanes = lanesOfEpoch.get(epoch);
        List<ChangeSplit> planned = new ArrayList<>();
        for (int lane = 0; lane < Math.max(lanes, 1); lane++) {
            if (random.nextInt(4) > 0) {
                Lane place = lanes == 0 ? Lane.free(epoch) : new Lane(epoch, "lane-" + lane);
                ChangeSplit split = new ChangeSplit(nextOrdinal++, SnapshotStamp.EMPTY_TABLE, place, List.of(), 0);
                planned.add(split);
                splits.put(split.ordinal(), split);
            }
        }
        assigner.add(planned);
    }

    private void start() {
        for (int subtask : List.copyOf(silent)) {
            if (random.nextBoolean()) {
                silent.remove(subtask);
                List<ChangeSplit> held = Objects.requireNonNull(queues.get(subtask));
                assigner.started(
                        subtask,
                        held.stream()
                                .map(split -> new Held(split.ordinal(), split.lane()))
                                .toList());
            }
        }
    }

    private void assign() {
        assigner.assign().forEach((subtask, assigned) -> {
            assertThat(silent).doesNotContain(subtask);
            Objects.requireNonNull(queues.get(subtask)).addAll(assigned);
        });
    }

    private void read() {
        int subtask = random.nextInt(subtasks);
        List<ChangeSplit> queue = Objects.requireNonNull(queues.get(subtask));
        if (!queue.isEmpty() && !silent.contains(subtask)) {
            ChangeSplit split = queue.remove(0);
            emitted.add(new Emission(split, subtask, barriers));
            assigner.read(subtask, List.of(split.ordinal()));
        }
    }

    private void checkpoint(long id) {
        if (!silent.isEmpty()) {
            return;
        }
        assigner.checkpointTaken(id);
        Map<Integer, List<ChangeSplit>> held = new HashMap<>();
        queues.forEach((subtask, queue) -> held.put(subtask, List.copyOf(queue)));
        Checkpoint taken =
                new Checkpoint(id, assigner.pending(), held, List.copyOf(emitted), nextOrdinal, lanesOfEpoch.size());
        if (random.nextInt(4) > 0) {
            assigner.checkpointCompleted(id);
            completed = taken;
            barriers++;
        }
    }

    /** The whole job fails and comes back with the last checkpoint's splits, spread anyhow. */
    private void restore(int parallelism) {
        Checkpoint from = completed;
        if (from == null) {
            return;
        }
        subtasks = parallelism;
        assigner = LaneAssigner.restored(handover, parallelism);
        assigner.add(from.pending());
        nextOrdinal = from.nextOrdinal();
        splits.tailMap(nextOrdinal, true).clear();
        lanesOfEpoch.subList(from.epochs(), lanesOfEpoch.size()).clear();
        emitted = new ArrayList<>(from.emitted());
        silentAgain();
        from.queues()
                .values()
                .forEach(queue -> queue.forEach(split -> Objects.requireNonNull(queues.get(random.nextInt(parallelism)))
                        .add(split)));
        barriers++;
    }

    private void silentAgain() {
        queues.clear();
        silent.clear();
        for (int subtask = 0; subtask < subtasks; subtask++) {
            queues.put(subtask, new ArrayList<>());
            silent.add(subtask);
        }
    }

    private void check() {
        assertThat(emitted.stream().map(emission -> emission.split().ordinal()).sorted())
                .containsExactlyElementsOf(splits.keySet());
        for (int key = 0; key < KEYS; key++) {
            Emission last = null;
            for (Emission emission : emitted) {
                Lane lane = emission.split().lane();
                if (lane.isFree() && emission.split().ordinal() != key) {
                    continue;
                }
                if (!lane.isFree() && !lane.name().equals("lane-" + key % lanesOfEpoch.get(lane.epoch()))) {
                    continue;
                }
                if (last != null) {
                    assertThat(emission.split().ordinal())
                            .isGreaterThan(last.split().ordinal());
                    if (handover == Handover.AT_CHECKPOINT
                            || lane.equals(last.split().lane())) {
                        assertThat(emission.subtask() == last.subtask() || emission.barrier() > last.barrier())
                                .as("key %s moved from %s to %s", key, last, emission)
                                .isTrue();
                    }
                }
                last = emission;
            }
        }
    }
}
