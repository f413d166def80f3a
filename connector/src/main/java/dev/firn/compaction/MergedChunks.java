package dev.firn.compaction;

import dev.firn.key.KeyView;
import java.io.IOException;
import org.apache.iceberg.StructLike;

/** Sorted parts of one input as a whole. */
final class MergedChunks implements SortedRows {

    private final MergeIterator chunks;

    MergedChunks(MergeIterator chunks) {
        this.chunks = chunks;
    }

    @Override
    public boolean next() throws IOException {
        return chunks.next();
    }

    @Override
    public KeyView key() {
        return chunks.key();
    }

    @Override
    public long position() {
        return chunks.position();
    }

    @Override
    public StructLike row() throws IOException {
        return chunks.row();
    }

    @Override
    public String location() {
        return chunks.location();
    }

    @Override
    public void close() throws IOException {
        chunks.close();
    }
}
