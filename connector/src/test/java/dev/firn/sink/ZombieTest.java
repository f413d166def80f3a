package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.LevelTargets;
import dev.firn.iceberg.StaleSinkException;
import dev.firn.iceberg.TableFixture;
import dev.firn.sink.SimulatedJob.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of a job that was given up goes on working, on the same host, while its successor is at work. */
class ZombieTest {

    @TempDir
    Path disk;

    private TableFixture fixture;
    private SimulatedJob zombie;
    private Checkpoint common;

    @BeforeEach
    void aJobWithACommittedCheckpoint() throws Exception {
        fixture = new TableFixture(disk.resolve("fixture"));
        zombie = start(null, task -> {});
        write(zombie, "both", 1, 2, 3);
        common = zombie.checkpoint(1);
        zombie.completed(1);
    }

    @AfterEach
    void close() throws Exception {
        zombie.close();
        fixture.close();
    }

    @Test
    void itsLateCommitOfRowsFailsAndChangesNothing() throws Exception {
        write(zombie, "zombie", 1, 4);
        Checkpoint late = zombie.checkpoint(2);
        SimulatedJob successor = start(common, task -> {});
        write(successor, "successor", 2, 5);
        commit(successor, 2);

        assertThatNothingChanges(() -> zombie.commitLate(late));
        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "both", 2L, "successor", 3L, "both", 5L, "successor"));
        successor.close();
    }

    @Test
    void itsLateCommitOfACompactionAloneFailsAndChangesNothing() throws Exception {
        SimulatedJob merging = start(common, Runnable::run);
        write(merging, "merged", 1);
        Checkpoint beforeTheMerge = merging.checkpoint(2);
        merging.completed(2);
        merging.checkpoint(3);
        merging.completed(3);
        Checkpoint merge = merging.checkpoint(4);
        int snapshots = fixture.snapshots();

        SimulatedJob successor = start(beforeTheMerge, task -> {});
        write(successor, "successor", 2);
        commit(successor, 3);
        assertThatNothingChanges(() -> merging.commitLate(merge));
        assertThat(fixture.snapshots()).isEqualTo(snapshots + 1);
        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "merged", 2L, "successor", 3L, "both"));
        merging.close();
        successor.close();
    }

    @Test
    void itsLateCommitFailsThoughItsCheckpointIsTheLaterOne() throws Exception {
        zombie.checkpoint(2);
        zombie.completed(2);
        write(zombie, "zombie", 1, 4);
        Checkpoint late = zombie.checkpoint(3);
        SimulatedJob successor = start(common, task -> {});
        write(successor, "successor", 2);
        commit(successor, 2);

        assertThatNothingChanges(() -> zombie.commitLate(late));
        write(successor, "successor", 5);
        commit(successor, 3);
        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "both", 2L, "successor", 3L, "both", 5L, "successor"));
        successor.close();
    }

    @Test
    void itsCommitFailsAlsoWhenTheSuccessorCommitsBetweenItsDecisionAndItsCommit() throws Exception {
        write(zombie, "zombie", 1, 4);
        Checkpoint late = zombie.checkpoint(2);
        SimulatedJob successor = start(common, task -> {});
        write(successor, "successor", 2, 5);
        successor.checkpoint(2);
        fixture.catalog.beforeNextCommit(() -> completed(successor, 2));

        assertThatThrownBy(() -> zombie.commitLate(late)).isInstanceOf(StaleSinkException.class);
        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "both", 2L, "successor", 3L, "both", 5L, "successor"));
        assertThatNothingChanges(() -> zombie.commitLate(late));
        successor.close();
    }

    @Test
    void itsSuccessorFailsNeitherForItsLocalFilesNorItForItsSuccessors() throws Exception {
        SimulatedJob successor = start(common, Runnable::run);
        for (int checkpoint = 2; checkpoint <= 6; checkpoint++) {
            write(zombie, "zombie", 10L + checkpoint, 1);
            zombie.checkpoint(checkpoint);
            write(successor, "successor " + checkpoint, 10L + checkpoint, 2);
            commit(successor, checkpoint);
        }

        Map<Long, String> expected = new TreeMap<>(Map.of(1L, "both", 2L, "successor 6", 3L, "both"));
        for (int checkpoint = 2; checkpoint <= 6; checkpoint++) {
            expected.put(10L + checkpoint, "successor " + checkpoint);
        }
        assertThat(fixture.rows()).isEqualTo(expected);
        assertThat(directories())
                .as("one for each run's writer and committer")
                .containsExactly("committer", "committer~1", "writer-0", "writer-0~1");
        assertThatCode(zombie::close).doesNotThrowAnyException();
        write(successor, "last", 1);
        commit(successor, 7);
        expected.put(1L, "last");
        assertThat(fixture.rows()).isEqualTo(expected);
        successor.close();
        zombie = start(null, task -> {});
    }

    @Test
    void aSuccessorThatStartsWhileAFileIsHalfWrittenLeavesItAlone() throws Exception {
        Path begun = Files.writeString(
                localDirectory().resolve("writer-0").resolve("00000000-0000-0000-0000-000000000000.tmp"), "half");
        SimulatedJob successor = start(common, task -> {});

        assertThat(begun).exists();
        successor.close();
        zombie.close();
        zombie = start(common, task -> {});
        assertThat(begun).as("once its owner is gone").doesNotExist();
    }

    private static void write(SimulatedJob job, String value, long... ids) throws Exception {
        for (long id : ids) {
            job.write(TableFixture.upsert(id, value));
        }
    }

    private static void commit(SimulatedJob job, long checkpoint) throws Exception {
        job.checkpoint(checkpoint);
        job.completed(checkpoint);
    }

    private static void completed(SimulatedJob job, long checkpoint) {
        try {
            job.completed(checkpoint);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface LateCommit {
        void run() throws Exception;
    }

    private void assertThatNothingChanges(LateCommit commit) {
        Object before = metadataLocation();
        assertThatThrownBy(commit::run).isInstanceOf(StaleSinkException.class).hasMessageContaining("it runs twice");
        assertThat(metadataLocation()).isEqualTo(before);
    }

    private String metadataLocation() {
        return ((BaseTable) fixture.catalog.table()).operations().current().metadataFileLocation();
    }

    private SimulatedJob start(@Nullable Checkpoint from, Executor merges) throws IOException {
        SinkConfig config = SinkConfig.defaults()
                .withIndexes(new SinkConfig.IndexConfig(
                        1 << 20, List.of(disk.resolve("local").toString())))
                .withBackPressure(RandomCompaction.NO_BACK_PRESSURE)
                .withCompaction(CompactionConfig.defaults()
                        .withOptions(CompactionOptions.defaults()
                                .withDeadRowsRatio(0.9)
                                .withTargets(new LevelTargets(2, 1 << 20, 2, 1 << 20, 0.5))));
        return new SimulatedJob(new SimulatedJob.Setup(fixture.catalog.loader(), config, 1, "job", merges), from);
    }

    private Path localDirectory() {
        return disk.resolve("local").resolve("firn").resolve(fixture.table.uuid());
    }

    private List<String> directories() throws IOException {
        try (Stream<Path> directories = Files.list(localDirectory())) {
            return directories
                    .map(path -> path.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }
}
