package dev.firn.index;

import dev.firn.key.Key;
import dev.firn.key.KeyEncoder;
import dev.firn.key.KeyOrder;
import dev.firn.key.KeyView;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes an index file in one pass over ascending keys, holding one segment's hashes and fences.
 *
 * <pre>
 * file    = magic segment* footer trailer
 * segment = block* fences filter
 * block   = BlockSink
 * fences  = end-of-block* crc-of-block* end-of-key* first-key-of-block*
 * footer  = IndexFooter Segment* end-of-key* first-key-of-segment*
 * trailer = length-of-footer crc-of-footer magic
 * </pre>
 *
 * <p>Nothing is forced to disk: what a crash leaves half-written fails its checksum, and is built again.
 */
final class IndexFileWriter implements Closeable {

    private final IndexShape shape;
    private final Positions positions;
    private final OutputStream out;
    private long offset;

    private final BlockSink entries;
    private final ByteSink block = new ByteSink();

    private final FenceSink blockFences = new FenceSink();
    private final int[] blockEnds;
    private final int[] blockCrcs;
    private final long[] hashes;
    private int keysInSegment;
    private long segmentOffset;

    private final FenceSink segmentFences = new FenceSink();
    private final List<Segment> segments = new ArrayList<>();

    private final ByteSink lastKey = new ByteSink();
    private long keys;

    /** @param file closed with this */
    IndexFileWriter(OutputStream file, IndexShape shape, Positions positions) throws IOException {
        this.shape = shape;
        this.positions = positions;
        this.entries = new BlockSink(shape.keysPerBlock(), positions);
        this.blockEnds = new int[shape.blocksPerSegment()];
        this.blockCrcs = new int[shape.blocksPerSegment()];
        this.hashes = new long[shape.keysPerSegment()];
        this.out = new BufferedOutputStream(file, 1 << 16);
        out.write(IndexFooter.MAGIC);
        offset = IndexFooter.MAGIC.length;
        segmentOffset = offset;
    }

    long keys() {
        return keys;
    }

    /** Whether {@link #add} would take the key: it is above the last one, or equal to it where positions are listed. */
    boolean ascends(KeyView key) {
        int order = keys == 0 ? 1 : compareToLast(key);
        return order > 0 || (order == 0 && positions == Positions.LISTED);
    }

    private int compareToLast(KeyView key) {
        return KeyOrder.compare(key.bytes(), key.from(), key.to(), lastKey.bytes(), 0, lastKey.size());
    }

    /**
     * Adds a key in ascending order.
     *
     * @param key copied
     * @param position ascending for one key; the number of keys before it where positions are ranks
     */
    void add(KeyView key, long position) throws IOException {
        if (positions == Positions.LISTED && keys > 0 && compareToLast(key) == 0) {
            entries.addPosition(position);
            return;
        }
        if (key.length() > KeyEncoder.MAX_KEY_BYTES) {
            throw new IllegalArgumentException("A key has " + key.length() + " bytes, more than "
                    + KeyEncoder.MAX_KEY_BYTES + ". Choose a shorter primary key.");
        }
        if (entries.count() == shape.keysPerBlock()) {
            endBlock();
        }
        if (keysInSegment == shape.keysPerSegment()) {
            endSegment();
        }
        if (entries.count() == 0) {
            blockFences.add(key);
        }
        if (keysInSegment == 0) {
            segmentFences.add(key);
        }
        entries.add(key, position);
        hashes[keysInSegment] = key.hash();
        keysInSegment++;
        keys++;
        lastKey.clear();
        lastKey.putBytes(key.bytes(), key.from(), key.to());
    }

    void finish(String keyFormat, FileIdentity dataFile) throws IOException {
        if (entries.count() > 0) {
            endBlock();
        }
        if (keysInSegment > 0) {
            endSegment();
        }
        ByteSink footer = new ByteSink();
        Key last = Key.of(Arrays.copyOf(lastKey.bytes(), lastKey.size()));
        new IndexFooter(keyFormat, dataFile, shape, positions, keys, last).writeTo(footer);
        segments.forEach(segment -> segment.writeTo(footer));
        segmentFences.writeTo(footer);
        int length = footer.size();
        int crc = footer.crc();
        footer.putInt(length);
        footer.putInt(crc);
        footer.putBytes(IndexFooter.MAGIC, 0, IndexFooter.MAGIC.length);
        append(footer);
        out.close();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private void endBlock() throws IOException {
        entries.writeTo(block);
        int index = blockFences.count() - 1;
        blockCrcs[index] = block.crc();
        append(block);
        blockEnds[index] = Math.toIntExact(offset - segmentOffset);
    }

    private void endSegment() throws IOException {
        int blocksLength = Math.toIntExact(offset - segmentOffset);
        ByteSink fences = new ByteSink();
        fences.putInts(blockEnds, blockFences.count());
        fences.putInts(blockCrcs, blockFences.count());
        blockFences.writeTo(fences);
        ByteSink filter = new ByteSink();
        SplitBlockBloomFilter.of(hashes, keysInSegment).writeTo(filter);
        segments.add(
                new Segment(segmentOffset, blocksLength, fences.size(), fences.crc(), filter.size(), filter.crc()));
        append(fences);
        append(filter);
        blockFences.clear();
        keysInSegment = 0;
        segmentOffset = offset;
    }

    private void append(ByteSink bytes) throws IOException {
        bytes.writeTo(out);
        offset += bytes.size();
        bytes.clear();
    }
}
