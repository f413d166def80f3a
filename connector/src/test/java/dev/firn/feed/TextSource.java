package dev.firn.feed;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.table.data.RowData;

/** A change feed whose rows are the texts in their first column, for tests that compare and sort what they get. */
final class TextSource implements Source<String, ChangeSplit, EnumeratorState>, ResultTypeQueryable<String> {

    private final ChangeFeedSource feed;

    TextSource(ChangeFeedSource feed) {
        this.feed = feed;
    }

    @Override
    public TypeInformation<String> getProducedType() {
        return Types.STRING;
    }

    @Override
    public Boundedness getBoundedness() {
        return feed.getBoundedness();
    }

    @Override
    public SplitEnumerator<ChangeSplit, EnumeratorState> createEnumerator(SplitEnumeratorContext<ChangeSplit> context) {
        return feed.createEnumerator(context);
    }

    @Override
    public SplitEnumerator<ChangeSplit, EnumeratorState> restoreEnumerator(
            SplitEnumeratorContext<ChangeSplit> context, EnumeratorState state) {
        return feed.restoreEnumerator(context, state);
    }

    @Override
    public SimpleVersionedSerializer<ChangeSplit> getSplitSerializer() {
        return feed.getSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<EnumeratorState> getEnumeratorCheckpointSerializer() {
        return feed.getEnumeratorCheckpointSerializer();
    }

    @Override
    public SourceReader<String, ChangeSplit> createReader(SourceReaderContext context) {
        return new Reader(feed.createReader(context));
    }

    @SuppressWarnings("try")
    private record Reader(SourceReader<RowData, ChangeSplit> rows) implements SourceReader<String, ChangeSplit> {

        @Override
        public void start() {
            rows.start();
        }

        @Override
        public InputStatus pollNext(ReaderOutput<String> output) throws Exception {
            return rows.pollNext(new Output(output, output::createOutputForSplit, output::releaseOutputForSplit));
        }

        @Override
        public List<ChangeSplit> snapshotState(long checkpointId) {
            return rows.snapshotState(checkpointId);
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return rows.isAvailable();
        }

        @Override
        public void addSplits(List<ChangeSplit> splits) {
            rows.addSplits(splits);
        }

        @Override
        public void notifyNoMoreSplits() {
            rows.notifyNoMoreSplits();
        }

        @Override
        public void handleSourceEvents(SourceEvent event) {
            rows.handleSourceEvents(event);
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) throws Exception {
            rows.notifyCheckpointComplete(checkpointId);
        }

        @Override
        public void close() throws Exception {
            rows.close();
        }
    }

    private record Output(
            SourceOutput<String> texts,
            Function<String, SourceOutput<String>> createSplit,
            java.util.function.Consumer<String> releaseSplit)
            implements ReaderOutput<RowData> {

        @Override
        public void collect(RowData row) {
            texts.collect(row.getString(0).toString());
        }

        @Override
        public void collect(RowData row, long timestamp) {
            texts.collect(row.getString(0).toString(), timestamp);
        }

        @Override
        public void emitWatermark(Watermark watermark) {
            texts.emitWatermark(watermark);
        }

        @Override
        public void markIdle() {
            texts.markIdle();
        }

        @Override
        public void markActive() {
            texts.markActive();
        }

        @Override
        public SourceOutput<RowData> createOutputForSplit(String splitId) {
            return new Output(createSplit.apply(splitId), createSplit, releaseSplit);
        }

        @Override
        public void releaseOutputForSplit(String splitId) {
            releaseSplit.accept(splitId);
        }
    }
}
