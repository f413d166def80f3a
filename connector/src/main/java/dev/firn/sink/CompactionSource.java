package dev.firn.sink;

import dev.firn.iceberg.FirnTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.iceberg.flink.TableLoader;
import org.jspecify.annotations.Nullable;

/**
 * Compacts a table in a job of its own, beside whatever sink writes to it with {@link CompactionConfig#threads} 0. It
 * is a source of reports; nothing else has to be done with them.
 *
 * <pre>
 *   each subtask, for its buckets, in rounds:
 *   look at the table ─► commit what is merged ─► start merging what is worth it ─► wait for a merge, or a while
 * </pre>
 *
 * <p>Each subtask commits what it merged, as soon as it is merged, and needs no checkpoints: there is no state to
 * restore, for a compaction that was not committed is chosen again.
 */
public final class CompactionSource
        implements Source<CompactionReport, NoSplit, NoSplit>, ResultTypeQueryable<CompactionReport> {

    private final TableLoader tableLoader;
    private final BucketRouter router;
    private final SinkConfig config;
    private final Duration interval;
    private final Boundedness boundedness;

    private CompactionSource(Builder built, BucketRouter router, Boundedness boundedness) {
        this.tableLoader = built.tableLoader;
        this.router = router;
        this.config = built.config;
        this.interval = built.interval;
        this.boundedness = boundedness;
    }

    /** @param tableLoader of a table that {@link FirnSink} can write to */
    public static Builder of(TableLoader tableLoader) {
        return new Builder(tableLoader);
    }

    /** Collects what a compaction needs. {@link #bounded} and {@link #continuous} check that the table fits. */
    public static final class Builder {

        private final TableLoader tableLoader;
        private SinkConfig config = SinkConfig.defaults();
        private Duration interval = Duration.ofSeconds(10);

        private Builder(TableLoader tableLoader) {
            this.tableLoader = tableLoader;
        }

        /** The compaction, indexes, codecs and housekeeping of this one are used, for each subtask. */
        public Builder config(SinkConfig changed) {
            this.config = changed;
            return this;
        }

        /** How long to wait between two looks at the table while no merge ends. By default ten seconds. */
        public Builder interval(Duration between) {
            this.interval = between;
            return this;
        }

        /** Ends when nothing is left to compact of the files that are in the table when it starts. */
        public CompactionSource bounded() {
            return build(Boundedness.BOUNDED);
        }

        /** Goes on for ever, and expires snapshots too, if the configuration says so. */
        public CompactionSource continuous() {
            return build(Boundedness.CONTINUOUS_UNBOUNDED);
        }

        private CompactionSource build(Boundedness boundedness) {
            if (config.compaction().threads() == 0) {
                throw new IllegalArgumentException("With 0 threads a compaction job compacts nothing. Give"
                        + " 'compaction.threads' 1 or more for this job, whatever the sink has");
            }
            if (interval.isZero() || interval.isNegative()) {
                throw new IllegalArgumentException("A compaction job that looks at the table each " + interval
                        + " does nothing else. Give 'compaction.job-interval' some seconds");
            }
            try (FirnTable table = FirnTable.open(tableLoader)) {
                RecordTtl ttl = config.compaction().ttl();
                if (ttl != null) {
                    ttl.filter(table.wholeRows().schema(), System::currentTimeMillis);
                }
                return new CompactionSource(this, BucketRouter.of(table), boundedness);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public Boundedness getBoundedness() {
        return boundedness;
    }

    @Override
    public TypeInformation<CompactionReport> getProducedType() {
        return TypeInformation.of(CompactionReport.class);
    }

    @Override
    public SourceReader<CompactionReport, NoSplit> createReader(SourceReaderContext context) {
        return new CompactionReader(
                new CompactionReader.Setup(tableLoader, router, config, interval, boundedness), context);
    }

    @Override
    public SplitEnumerator<NoSplit, NoSplit> createEnumerator(SplitEnumeratorContext<NoSplit> context) {
        return new NoSplits();
    }

    @Override
    public SplitEnumerator<NoSplit, NoSplit> restoreEnumerator(
            SplitEnumeratorContext<NoSplit> context, NoSplit checkpoint) {
        return new NoSplits();
    }

    /** Each subtask knows its buckets by itself. */
    private static final class NoSplits implements SplitEnumerator<NoSplit, NoSplit> {

        @Override
        public void start() {}

        @Override
        public void handleSplitRequest(int subtaskId, @Nullable String requesterHostname) {}

        @Override
        public void addSplitsBack(List<NoSplit> splits, int subtaskId) {}

        @Override
        public void addReader(int subtaskId) {}

        @Override
        public NoSplit snapshotState(long checkpointId) {
            return NoSplit.NONE;
        }

        @Override
        public void close() {}
    }

    @Override
    public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
        return new NoSplit.Serializer();
    }

    @Override
    public SimpleVersionedSerializer<NoSplit> getEnumeratorCheckpointSerializer() {
        return new NoSplit.Serializer();
    }
}
