package dev.firn.compaction;

import dev.firn.index.IndexedRunWriter;
import dev.firn.index.RunStore;
import dev.firn.key.KeyView;
import dev.firn.run.RunFile;
import dev.firn.run.RunFormat;
import dev.firn.run.RunRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.iceberg.StructLike;
import org.jspecify.annotations.Nullable;

/**
 * Run files that take ascending rows, cut at the target size. Closed without {@link #finish} they are deleted. One
 * thread.
 */
final class RunOutputs implements MergeOutputs {

    private final RunStore store;
    private final int level;
    private final Function<RunFormat, RunRows<StructLike>> rows;
    private final long expectedRows;
    private final List<RunFile> finished = new ArrayList<>();
    private @Nullable IndexedRunWriter<StructLike> open;
    private boolean handedOver;

    /** @param expectedRows about how many rows come into a file */
    RunOutputs(RunStore store, int level, Function<RunFormat, RunRows<StructLike>> rows, long expectedRows) {
        this.store = store;
        this.level = level;
        this.rows = rows;
        this.expectedRows = expectedRows;
    }

    @Override
    public void append(KeyView key, StructLike row) throws IOException {
        IndexedRunWriter<StructLike> writer = open;
        if (writer == null) {
            writer = IndexedRunWriter.open(rows.apply(store.format(level).expecting(expectedRows)), store, level);
            open = writer;
        }
        writer.append(key, row);
        if (writer.isFull()) {
            finishFile(writer);
        }
    }

    @Override
    public List<RunFile> finish() throws IOException {
        if (open != null) {
            finishFile(open);
        }
        handedOver = true;
        return finished;
    }

    private void finishFile(IndexedRunWriter<StructLike> writer) throws IOException {
        finished.add(writer.finish());
        writer.close();
        open = null;
    }

    @Override
    public void close() throws IOException {
        if (handedOver) {
            return;
        }
        finished.forEach(run -> MergedRuns.delete(run, store.storage()));
        if (open != null) {
            open.close();
        }
    }
}
