package dev.firn.index;

import dev.firn.key.KeyView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;

/**
 * A finished index file, mapped into memory; {@link IndexFileWriter} draws it. Whatever is read is checked against its
 * checksum first, so that a damaged file gives a {@link CorruptIndexException} and never a wrong answer. Any thread.
 */
final class KeyIndexFile {

    private static final AtomicLong IDS = new AtomicLong();

    /** Unlike the path, never used again: a filter in memory belongs to one id. */
    private final long id = IDS.incrementAndGet();

    private final MappedFile bytes;
    private final IndexFooter footer;
    private final KeyView lastKey;
    private final Segment[] segments;
    private final Fences fences;
    private final IndexCounters counters;

    private KeyIndexFile(
            MappedFile bytes, IndexFooter footer, Segment[] segments, Fences fences, IndexCounters counters) {
        this.bytes = bytes;
        this.footer = footer;
        this.lastKey = KeyView.of(footer.lastKey());
        this.segments = segments;
        this.fences = fences;
        this.counters = counters;
    }

    /**
     * Opens a file by its footer alone.
     *
     * @throws CorruptIndexException if the file is not a complete index file of the version that is written today
     */
    static KeyIndexFile open(Path path, IndexCounters counters) throws IOException {
        MappedFile bytes = MappedFile.map(path, MappedFile.PIECE_BYTES);
        byte[] magic = new byte[IndexFooter.MAGIC.length];
        bytes.read(0, magic, magic.length);
        checkMagic(path, 0, magic);
        long trailerAt = bytes.size() - IndexFooter.TRAILER_BYTES;
        byte[] trailer = new byte[IndexFooter.TRAILER_BYTES];
        bytes.read(trailerAt, trailer, trailer.length);
        checkMagic(path, trailerAt, Arrays.copyOfRange(trailer, 2 * Integer.BYTES, trailer.length));
        int length = (int) Fences.INTS.get(trailer, 0);
        int crc = (int) Fences.INTS.get(trailer, Integer.BYTES);
        long footerAt = trailerAt - length;
        if (length < 0 || footerAt < magic.length) {
            throw new CorruptIndexException(path, trailerAt, "a footer of " + length + " bytes");
        }
        byte[] section = new byte[length];
        readChecked(bytes, footerAt, section, length, crc);
        ByteBuffer in = ByteBuffer.wrap(section);
        IndexFooter footer = IndexFooter.read(in);
        Segment[] segments = new Segment[footer.segments()];
        for (int i = 0; i < segments.length; i++) {
            segments[i] = Segment.read(in);
        }
        Fences fences = new Fences();
        fences.reset(section, in.position(), segments.length);
        return new KeyIndexFile(bytes, footer, segments, fences, counters);
    }

    long id() {
        return id;
    }

    /** In its directory. */
    String name() {
        return bytes.path().getFileName().toString();
    }

    long size() {
        return bytes.size();
    }

    IndexFooter footer() {
        return footer;
    }

    byte[] firstKey() {
        return fences.copy(0);
    }

    boolean mayHold(KeyView key) {
        return footer.keys() > 0 && fences.compare(0, key) <= 0 && key.compare(lastKey) <= 0;
    }

    /** The segment, from {@code from} on, that holds the key if any does. */
    int segmentOf(KeyView key, int from) {
        return fences.floor(key, from);
    }

    long filterBytes() {
        return Arrays.stream(segments).mapToLong(Segment::filterLength).sum();
    }

    SplitBlockBloomFilter readFilter(int segment) {
        Segment at = segments[segment];
        byte[] filter = new byte[at.filterLength()];
        read(at.filterOffset(), filter, filter.length, at.filterCrc());
        return SplitBlockBloomFilter.read(filter);
    }

    int fencesLength(int segment) {
        return segments[segment].fencesLength();
    }

    void readFences(int segment, byte[] target) {
        Segment at = segments[segment];
        read(at.fencesOffset(), target, at.fencesLength(), at.fencesCrc());
    }

    void readBlock(int segment, int offset, byte[] target, int length, int crc) {
        counters.blocksRead.increment();
        read(segments[segment].offset() + offset, target, length, crc);
    }

    private void read(long offset, byte[] target, int length, int crc) {
        counters.bytesRead.add(length);
        readChecked(bytes, offset, target, length, crc);
    }

    private static void readChecked(MappedFile bytes, long offset, byte[] target, int length, int crc) {
        bytes.read(offset, target, length);
        CRC32C actual = new CRC32C();
        actual.update(target, 0, length);
        if ((int) actual.getValue() != crc) {
            throw new CorruptIndexException(bytes.path(), offset, length + " bytes do not match their checksum");
        }
    }

    private static void checkMagic(Path path, long offset, byte[] magic) {
        if (!Arrays.equals(magic, IndexFooter.MAGIC)) {
            throw new CorruptIndexException(path, offset, "not an index file of this version");
        }
    }
}
