package dev.firn.feed;

import dev.firn.feed.LaneAssigner.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/** Emits the changes of its splits, one split after the other. The timestamp of a row is its snapshot's commit time. */
@SuppressWarnings("try") // Flink lets close() be interrupted
final class ChangeReader
        extends SingleThreadMultiplexSourceReaderBase<RowData, RowData, ChangeSplit, ChangeReader.Place> {

    private final List<Held> held = new ArrayList<>();
    private boolean started;
    private @Nullable OneOutput<RowData> output;

    /** Where the reader is in a split. */
    static final class Place {

        private final ChangeSplit split;
        private long emitted;

        private Place(ChangeSplit split) {
            this.split = split;
            this.emitted = split.emitted();
        }
    }

    ChangeReader(Supplier<SplitReader<RowData, ChangeSplit>> splitReader, SourceReaderContext context) {
        super(splitReader, new Emitter(context.metricGroup()), new Configuration(), context);
    }

    private static final class Emitter implements RecordEmitter<RowData, RowData, Place> {

        private final RowCounters counters;

        Emitter(SourceReaderMetricGroup metrics) {
            this.counters = RowCounters.on(metrics);
        }

        @Override
        public void emitRecord(RowData row, SourceOutput<RowData> output, Place place) {
            output.collect(row, place.split.snapshot().commitMillis());
            place.emitted++;
            counters.count(row.getRowKind());
        }
    }

    @Override
    public void addSplits(List<ChangeSplit> splits) {
        if (!started) {
            splits.forEach(split -> held.add(new Held(split.ordinal(), split.lane())));
        }
        super.addSplits(splits);
    }

    @Override
    public void start() {
        started = true;
        context.sendSourceEventToCoordinator(new ReaderEvent.Started(held));
    }

    @Override
    public InputStatus pollNext(ReaderOutput<RowData> readerOutput) throws Exception {
        OneOutput<RowData> wrapped = output;
        if (wrapped == null || wrapped.reader() != readerOutput) {
            wrapped = new OneOutput<>(readerOutput);
            output = wrapped;
        }
        return super.pollNext(wrapped);
    }

    @Override
    protected void onSplitFinished(Map<String, Place> finished) {
        List<Long> ordinals =
                finished.values().stream().map(place -> place.split.ordinal()).toList();
        context.sendSourceEventToCoordinator(new ReaderEvent.Read(ordinals));
    }

    @Override
    protected Place initializedState(ChangeSplit split) {
        return new Place(split);
    }

    @Override
    protected ChangeSplit toSplitType(String splitId, Place place) {
        return place.split.after(place.emitted);
    }
}
