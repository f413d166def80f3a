package dev.firn.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.feed.LaneAssigner.Held;
import dev.firn.iceberg.Lane;
import dev.firn.iceberg.SnapshotStamp;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LaneAssignerTest {

    private static final Lane A = new Lane(0, "a");
    private static final Lane B = new Lane(0, "b");

    static LongStream seeds() {
        return LongStream.range(0, 500);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everySplitIsReadOnceAndEveryKeyInOrder(long seed) {
        new LaneAssignerModel(seed).run();
    }

    @Test
    void lanesAreSpreadEvenlyAndEachStaysWithItsSubtask() {
        LaneAssigner assigner = running(Handover.WHEN_READ, 2);
        assigner.add(List.of(split(0, A), split(1, B), split(2, A), split(3, B)));

        assertThat(ordinals(assigner.assign())).isEqualTo(Map.of(0, List.of(0L), 1, List.of(1L)));
        assertThat(assigner.assign())
                .as("a lane's next split waits for the one before")
                .isEmpty();
        assigner.read(1, List.of(1L));
        assertThat(ordinals(assigner.assign())).isEqualTo(Map.of(1, List.of(3L)));
        assigner.read(0, List.of(0L));
        assertThat(ordinals(assigner.assign())).isEqualTo(Map.of(0, List.of(2L)));
    }

    @Test
    void aSubtaskReadsItsLanesInTheOrderOfTheSnapshots() {
        LaneAssigner assigner = running(Handover.WHEN_READ, 1);
        assigner.add(List.of(split(0, A), split(1, A), split(2, B)));

        assertThat(ordinals(assigner.assign()))
                .as("split 2 is later than split 1, which has to wait")
                .isEqualTo(Map.of(0, List.of(0L)));
    }

    @Test
    void theScanIsSpreadOverMoreSubtasksThanThereAreLanes() {
        LaneAssigner assigner = running(Handover.AT_CHECKPOINT, 3);
        assigner.add(Stream.of(0L, 1L, 2L, 3L)
                .map(ordinal -> split(ordinal, Lane.free(0)))
                .toList());

        assertThat(ordinals(assigner.assign())).isEqualTo(Map.of(0, List.of(0L, 3L), 1, List.of(1L), 2, List.of(2L)));
    }

    @Test
    void changesBeginWhenACheckpointBehindTheScanIsComplete() {
        LaneAssigner assigner = running(Handover.AT_CHECKPOINT, 1);
        assigner.add(List.of(split(0, Lane.free(0)), split(1, new Lane(1, "a"))));
        assertThat(ordinals(assigner.assign())).isEqualTo(Map.of(0, List.of(0L)));

        assigner.checkpointTaken(1);
        assigner.read(0, List.of(0L));
        assigner.checkpointCompleted(1);
        assertThat(assigner.assign())
                .as("the checkpoint was taken ahead of the last rows")
                .isEmpty();

        assigner.checkpointTaken(2);
        assertThat(assigner.assign()).as("it may still fail").isEmpty();
        assertThat(assigner.awaitsCheckpoint()).isTrue();
        assigner.checkpointCompleted(2);
        assertThat(assigner.awaitsCheckpoint()).isFalse();
        assertThat(ordinals(assigner.assign())).isEqualTo(Map.of(0, List.of(1L)));
    }

    @Test
    void withoutCheckpointsChangesBeginWhenTheScanIsRead() {
        LaneAssigner assigner = running(Handover.WHEN_READ, 1);
        assigner.add(List.of(split(0, A), split(1, new Lane(1, "a"))));
        assigner.assign();

        assertThat(assigner.assign()).isEmpty();
        assigner.read(0, List.of(0L));
        assertThat(ordinals(assigner.assign())).isEqualTo(Map.of(0, List.of(1L)));
    }

    @Test
    void restoredSubtasksGetNothingBeforeAllHaveToldWhatTheyHold() {
        LaneAssigner assigner = LaneAssigner.restored(Handover.WHEN_READ, 2);
        assigner.add(List.of(split(5, A)));
        assigner.started(0, List.of());
        assertThat(assigner.assign()).isEmpty();
        assertThat(assigner.oldestUnread()).isEqualTo(OptionalLong.of(0));

        assigner.started(1, List.of(new Held(4, A)));
        assertThat(assigner.assign()).as("split 4 of the lane is not read").isEmpty();
        assertThat(assigner.oldestUnread()).isEqualTo(OptionalLong.of(4));
        assigner.read(1, List.of(4L));
        assertThat(ordinals(assigner.assign()))
                .as("whoever holds a lane keeps it")
                .isEqualTo(Map.of(1, List.of(5L)));
    }

    @Test
    void whatAFailedSubtaskHadIsReadAgainOnceItIsBack() {
        LaneAssigner assigner = running(Handover.WHEN_READ, 1);
        assigner.add(List.of(split(0, A), split(1, A)));
        List<ChangeSplit> assigned = Objects.requireNonNull(assigner.assign().get(0));

        assigner.failed(0, assigned);
        assertThat(assigner.assign()).isEmpty();
        assertThat(assigner.everythingIsAssigned()).isFalse();
        assigner.started(0, List.of());
        assertThat(ordinals(assigner.assign())).isEqualTo(Map.of(0, List.of(0L)));
    }

    private static LaneAssigner running(Handover handover, int subtasks) {
        LaneAssigner assigner = LaneAssigner.fresh(handover, subtasks);
        for (int subtask = 0; subtask < subtasks; subtask++) {
            assigner.started(subtask, List.of());
        }
        return assigner;
    }

    private static ChangeSplit split(long ordinal, Lane lane) {
        return new ChangeSplit(ordinal, SnapshotStamp.EMPTY_TABLE, lane, List.of(), 0);
    }

    private static Map<Integer, List<Long>> ordinals(Map<Integer, List<ChangeSplit>> assignment) {
        Map<Integer, List<Long>> ordinals = new java.util.TreeMap<>();
        assignment.forEach((subtask, splits) ->
                ordinals.put(subtask, splits.stream().map(ChangeSplit::ordinal).toList()));
        return ordinals;
    }
}
