package dev.firn.feed;

import dev.firn.iceberg.TableHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.configuration.ConfigurationUtils;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.TableLoader;
import org.jspecify.annotations.Nullable;

/**
 * Reads an Iceberg v3 table with a primary key as a changelog: the rows of a snapshot, then what each later snapshot
 * changed, with the rows as they were before.
 *
 * <pre>
 *   enumerator (1)                      readers
 *   snapshot ─► difference ─► splits ─► images before │ after ─► by key ─► +I -U +U -D
 *               of files      a lane
 * </pre>
 *
 * <p>The changes of one key come from one subtask, in the order of the snapshots; a row's timestamp is the commit time
 * of its snapshot. Nothing but the table itself is read: whoever wrote it, by appends, deletion vectors or overwrites
 * of whole files, needs not know of the feed.
 */
public final class ChangeFeedSource
        implements Source<RowData, ChangeSplit, EnumeratorState>, ResultTypeQueryable<RowData> {

    private final TableLoader loader;
    private final FeedRows rows;
    private final FeedConfig config;

    private ChangeFeedSource(TableLoader loader, FeedRows rows, FeedConfig config) {
        this.loader = loader;
        this.rows = rows;
        this.config = config;
    }

    /** @param loader of an existing table of format version 3 with identifier fields */
    public static Builder forRowData(TableLoader loader) {
        return new Builder(loader);
    }

    /** Collects what a source needs. {@link #build} opens the table and checks that it fits. */
    public static final class Builder {

        private final TableLoader loader;
        private @Nullable RowType rowType;
        private List<MetadataColumn> metadata = List.of();
        private Expression filter = Expressions.alwaysTrue();
        private FeedConfig config = FeedConfig.defaults();

        private Builder(TableLoader loader) {
            this.loader = loader;
        }

        /** The columns to read: columns of the table by name, in any order. By default all in the table's order. */
        public Builder rowType(RowType columns) {
            this.rowType = columns;
            return this;
        }

        /** What follows the table's columns in each row. By default nothing. */
        public Builder metadata(List<MetadataColumn> columns) {
            this.metadata = List.copyOf(columns);
            return this;
        }

        /**
         * Which rows to read: an update of a row that matched before and does not any more becomes a delete, and the
         * other way round an insert. By default all.
         *
         * @param matching over the table's columns, whether they are read or not
         */
        public Builder filter(Expression matching) {
            this.filter = matching;
            return this;
        }

        public Builder config(FeedConfig feedConfig) {
            this.config = feedConfig;
            return this;
        }

        /** @throws RuntimeException with problem, cause and remedy if the table does not fit */
        public ChangeFeedSource build() {
            try (TableHistory table = TableHistory.open(loader)) {
                RowType columns = rowType == null ? FlinkSchemaUtil.convert(table.schema()) : rowType;
                FeedRows rows = FeedRows.of(
                        table.schema(),
                        table.primaryKey(),
                        new FeedRows.Selection(columns, metadata, filter),
                        config.changelog());
                return new ChangeFeedSource(loader, rows, config);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public Boundedness getBoundedness() {
        return config.range().isBounded() ? Boundedness.BOUNDED : Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public TypeInformation<RowData> getProducedType() {
        return InternalTypeInfo.of(rows.producedType());
    }

    @Override
    public SourceReader<RowData, ChangeSplit> createReader(SourceReaderContext context) {
        List<String> directories = List.of(ConfigurationUtils.parseTempDirectories(context.getConfiguration()));
        return new ChangeReader(
                () -> new ChangeSplitReader(() -> TableSplits.open(loader, rows, directories)), context);
    }

    @Override
    public SplitEnumerator<ChangeSplit, EnumeratorState> createEnumerator(SplitEnumeratorContext<ChangeSplit> context) {
        return restoreEnumerator(context, EnumeratorState.NOT_STARTED);
    }

    @Override
    public SplitEnumerator<ChangeSplit, EnumeratorState> restoreEnumerator(
            SplitEnumeratorContext<ChangeSplit> context, EnumeratorState state) {
        FeedWalk walk = new FeedWalk(() -> new FeedPlanner(TableHistory.open(loader), rows, config), state);
        return new ChangeEnumerator(context, config, walk, state);
    }

    @Override
    public SimpleVersionedSerializer<ChangeSplit> getSplitSerializer() {
        return new ChangeSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<EnumeratorState> getEnumeratorCheckpointSerializer() {
        return new EnumeratorStateSerializer();
    }
}
