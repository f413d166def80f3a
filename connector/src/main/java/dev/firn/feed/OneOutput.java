package dev.firn.feed;

import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceOutput;

/**
 * Takes the rows of all splits into the reader's own output, and so into one watermark generator. A split is read in a
 * moment: a generator of its own would end before it ever emits, and one of a split that waits would hold all back.
 */
record OneOutput<T>(ReaderOutput<T> reader) implements ReaderOutput<T> {

    @Override
    public void collect(T row) {
        reader.collect(row);
    }

    @Override
    public void collect(T row, long timestamp) {
        reader.collect(row, timestamp);
    }

    @Override
    public void emitWatermark(Watermark watermark) {
        reader.emitWatermark(watermark);
    }

    @Override
    public void markIdle() {
        reader.markIdle();
    }

    @Override
    public void markActive() {
        reader.markActive();
    }

    /** The split is known to Flink nevertheless, which wants to hear of its end. */
    @Override
    public SourceOutput<T> createOutputForSplit(String splitId) {
        reader.createOutputForSplit(splitId);
        return this;
    }

    @Override
    public void releaseOutputForSplit(String splitId) {
        reader.releaseOutputForSplit(splitId);
    }
}
