package dev.firn.feed;

import dev.firn.iceberg.SnapshotStamp;
import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.flink.TableLoader;

/** skeleton */
public final class ChangeFeedSource implements Source<RowData, ChangeSplit, SnapshotStamp> {

    public static Builder forRowData(TableLoader loader) {
        return new Builder();
    }

    public static final class Builder {
        public Builder rowType(RowType rows) {
            return this;
        }

        public Builder metadata(List<MetadataColumn> columns) {
            return this;
        }

        public Builder filter(Expression rows) {
            return this;
        }

        public Builder config(FeedConfig feedConfig) {
            return this;
        }

        public ChangeFeedSource build() {
            return new ChangeFeedSource();
        }
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<RowData, ChangeSplit> createReader(SourceReaderContext context) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SplitEnumerator<ChangeSplit, SnapshotStamp> createEnumerator(SplitEnumeratorContext<ChangeSplit> context) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SplitEnumerator<ChangeSplit, SnapshotStamp> restoreEnumerator(
            SplitEnumeratorContext<ChangeSplit> context, SnapshotStamp state) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SimpleVersionedSerializer<ChangeSplit> getSplitSerializer() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SimpleVersionedSerializer<SnapshotStamp> getEnumeratorCheckpointSerializer() {
        throw new UnsupportedOperationException();
    }
}
