package dev.firn.iceberg;

import dev.firn.index.KeyIndexes;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits compactions of files that somebody else writes. It leaves the marker of the sink that writes the table as it
 * is, and needs none of its own: a compaction can be carried out only once, for its inputs are gone then, and rows that
 * it drops can die any number of times.
 *
 * <p>Rows that die until the very moment of the commit are found again in the new files by key. Not thread-safe.
 */
public final class CompactionCommitter {

    private static final Logger LOG = LoggerFactory.getLogger(CompactionCommitter.class);

    private final FirnTable table;
    private final Reconciliation.Means means;
    private final String jobId;
    private final CommitCounters counters = new CommitCounters();
    private final CommitAttempts attempts;

    /** Whether an attempt of the commit that is tried may have landed, for all that was heard of it. */
    private boolean unsure;

    private Outcome outcome = Outcome.NOTHING;

    /**
     * What came of a commit.
     *
     * @param inputs files that went
     * @param outputs files that came in their place
     * @param refused files that were written and are not wanted any more, because somebody else took an input away
     */
    public record Outcome(int inputs, int outputs, int refused) {

        public static final Outcome NOTHING = new Outcome(0, 0, 0);
    }

    /** @param indexes of the files that were compacted and of those that came of it, best by whoever did it */
    public CompactionCommitter(FirnTable table, KeyIndexes indexes, CommitOptions options) {
        this.table = table;
        this.means = new Reconciliation.Means(table.io(), indexes);
        this.jobId = options.jobId();
        this.attempts = new CommitAttempts(table, options, counters);
    }

    public CommitCounters counters() {
        return counters;
    }

    /**
     * Commits what holds of these changes, and deletes the outputs of what does not. Nothing is left of a commit that
     * met another one too often; its rows are where they were.
     *
     * @param changes compactions, and rows that they drop
     */
    public Outcome commit(WriterChanges changes) {
        unsure = false;
        try {
            attempts.run(() -> outcome = attempt(changes));
            return outcome;
        } catch (ValidationException | CommitStateUnknownException e) {
            LOG.warn("Compactions could not be committed to table {} and will be done again", table.name(), e);
            List<DataFile> files = newFiles(changes).toList();
            delete(files);
            return new Outcome(0, 0, files.size());
        }
    }

    private Outcome attempt(WriterChanges changes) {
        long start = System.nanoTime();
        TableMetadata base = table.operations().current();
        LiveFiles live = table.liveFiles();
        if (newFiles(changes).anyMatch(live::contains)) {
            return landed(changes, live);
        }
        Reconciliation now = Reconciliation.of(List.of(changes), live, Map.of(), means);
        if (!now.isEmpty()) {
            commit(now, base, start);
        }
        delete(now.refused());
        return outcome(now.replacements(), now.refused().size());
    }

    /** An answer was lost, and so was what the attempt had decided. */
    private static Outcome landed(WriterChanges changes, LiveFiles live) {
        int inputs = 0;
        int outputs = 0;
        for (var compaction : changes.compactions()) {
            if (compaction.outputs().stream().anyMatch(live::contains)) {
                inputs += compaction.inputs().size();
                outputs += compaction.outputs().size();
            }
        }
        return new Outcome(inputs, outputs, 0);
    }

    private static Outcome outcome(List<Replacement> replacements, int refused) {
        return new Outcome(
                replacements.stream().mapToInt(held -> held.inputs().size()).sum(),
                replacements.stream().mapToInt(held -> held.outputs().size()).sum(),
                refused);
    }

    private void commit(Reconciliation now, TableMetadata base, long start) {
        SnapshotTransaction.Author author = new SnapshotTransaction.Author(jobId, Optional.empty());
        try {
            Collection<DeleteFile> vectors = new SnapshotTransaction(table, base, author).commit(now);
            counters.committed(now, vectors, System.nanoTime() - start);
            LOG.info(
                    "Replaced files compactions={} vectors={} refused={} millis={} table={}",
                    now.replacements().size(),
                    vectors.size(),
                    now.refused().size(),
                    counters.lastMillis(),
                    table.name());
        } catch (CommitStateUnknownException e) {
            unsure = true;
            throw e;
        }
    }

    private static Stream<DataFile> newFiles(WriterChanges changes) {
        return Stream.concat(
                changes.added().stream(),
                changes.compactions().stream().flatMap(compaction -> compaction.outputs().stream()));
    }

    /** What may be in a snapshot, were it an old one by now, is left to the removal of orphans. */
    private void delete(List<DataFile> files) {
        counters.refused(files.size());
        if (!unsure) {
            files.forEach(file -> table.io().deleteFile(file.location()));
        }
    }
}
