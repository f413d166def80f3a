package dev.firn.sink;

import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.TableView;
import java.time.Duration;
import java.util.OptionalLong;
import org.apache.iceberg.DataFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a writer stands: which subtask it is, which job it belongs to, and what it was restored from.
 *
 * @param restoredCheckpoint the checkpoint that the job was restored from
 * @param hasState whether the writer's own state came with it: not so for a sink that was added to the job, nor for
 *     some subtasks after scaling up
 */
record WriterPlace(
        BucketRouter router, Subtask subtaskOf, String jobId, OptionalLong restoredCheckpoint, boolean hasState) {

    private static final Logger LOG = LoggerFactory.getLogger(WriterPlace.class);
    private static final Duration FIRST_WAIT = Duration.ofMillis(20);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    private static final int STATELESS_LOOKS = 20;

    /** @param count how many writer subtasks there are */
    record Subtask(int index, int count) {}

    int subtask() {
        return subtaskOf.index();
    }

    boolean owns(DataFile file) {
        return router.subtask(file, subtaskOf.count()) == subtaskOf.index();
    }

    TableView.Origin origin() {
        return new TableView.Origin(jobId, restoredCheckpoint.orElse(0));
    }

    /**
     * Waits until the committer has brought the restored checkpoint into the table, so that the writer loads what was
     * written before. A writer without state cannot be sure that the sink took part in the checkpoint and waits for a
     * limited time: what it then does not know of is repaired when its changes are committed.
     */
    void awaitRestoredCheckpoint(FirnTable table) throws InterruptedException {
        table.refresh();
        if (restoredCheckpoint.isEmpty()) {
            return;
        }
        Duration wait = FIRST_WAIT;
        for (int looks = 1; !isRestored(table); looks++) {
            if (!hasState && looks == STATELESS_LOOKS) {
                LOG.warn("Table {} carries no commit of checkpoint {}; going on", table.name(), restoredCheckpoint);
                return;
            }
            Thread.sleep(wait.toMillis());
            wait = wait.compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
            table.refresh();
        }
    }

    private boolean isRestored(FirnTable table) {
        return table.marker()
                .filter(marker -> marker.checkpointId() >= restoredCheckpoint.getAsLong())
                .isPresent();
    }
}
