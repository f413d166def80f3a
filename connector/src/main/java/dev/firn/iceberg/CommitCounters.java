package dev.firn.iceberg;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.iceberg.DeleteFile;

/** What a committer has done since it started. Counted by its thread, read by any. */
public final class CommitCounters {

    private final LongAdder commits = new LongAdder();
    private final LongAdder attempts = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder vectors = new LongAdder();
    private final LongAdder vectorBytes = new LongAdder();
    private final LongAdder compactions = new LongAdder();
    private final LongAdder refusedCompactions = new LongAdder();
    private final AtomicLong lastMillis = new AtomicLong();
    private volatile TableFigures table = TableFigures.NONE;

    void tried() {
        attempts.increment();
    }

    void retrying() {
        retries.increment();
    }

    void saw(TableFigures figures) {
        table = figures;
    }

    void committed(Reconciliation outcome, Collection<DeleteFile> written, long nanos) {
        commits.increment();
        vectors.add(written.size());
        written.forEach(vector -> vectorBytes.add(vector.contentSizeInBytes()));
        compactions.add(outcome.replacements().size());
        lastMillis.set(Duration.ofNanos(nanos).toMillis());
    }

    void refused(int files) {
        refusedCompactions.add(files);
    }

    /** Commits that brought a snapshot, or two. */
    public long commits() {
        return commits.sum();
    }

    /** Times that a commit was tried; beyond {@link #commits} because another one came first, or there was nothing. */
    public long attempts() {
        return attempts.sum();
    }

    /** Attempts that were made because the one before lost a race, or its answer was lost. */
    public long retries() {
        return retries.sum();
    }

    /** The table as the last attempt found it. */
    public TableFigures table() {
        return table;
    }

    public long vectors() {
        return vectors.sum();
    }

    public long vectorBytes() {
        return vectorBytes.sum();
    }

    /** Compactions that were carried out. */
    public long compactions() {
        return compactions.sum();
    }

    /** Outputs of compactions that were not carried out, because somebody else changed their inputs. */
    public long refusedCompactionFiles() {
        return refusedCompactions.sum();
    }

    /** How long the last commit took, from the look at the table to the catalog's answer. */
    public long lastMillis() {
        return lastMillis.get();
    }
}
