package dev.firn.index;

import dev.firn.key.Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What an index file says of itself and of its data file. It stands behind the keys, for only then it is known.
 *
 * @param keyFormat names the encoding of the keys
 * @param keys the number of different keys
 * @param lastKey empty if there are no keys
 */
record IndexFooter(
        String keyFormat, FileIdentity dataFile, IndexShape shape, Positions positions, long keys, Key lastKey) {

    /** Starts and ends every index file; the last byte is the version of the format. */
    static final byte[] MAGIC = {'F', 'I', 'R', 'N', 'K', 'E', 'Y', 2};

    /** Behind the footer: its length, its checksum, the magic. */
    static final int TRAILER_BYTES = 2 * Integer.BYTES + MAGIC.length;

    void writeTo(ByteSink out) {
        out.putSized(keyFormat.getBytes(StandardCharsets.UTF_8));
        out.putSized(dataFile.location().getBytes(StandardCharsets.UTF_8));
        out.putLong(dataFile.length());
        out.putLong(dataFile.rows());
        out.putInt(shape.keysPerBlock());
        out.putInt(shape.blocksPerSegment());
        out.putInt(positions.code());
        out.putLong(keys);
        out.putSized(lastKey.bytes());
    }

    /** Reads what was written, and leaves the buffer behind it. */
    static IndexFooter read(ByteBuffer in) {
        return new IndexFooter(
                text(in),
                new FileIdentity(text(in), in.getLong(), in.getLong()),
                new IndexShape(in.getInt(), in.getInt()),
                Positions.of(in.getInt()),
                in.getLong(),
                Key.of(sized(in)));
    }

    int segments() {
        return IndexShape.parts(keys, shape.keysPerSegment());
    }

    int keysIn(int segment) {
        return (int) Math.min(shape.keysPerSegment(), keys - (long) segment * shape.keysPerSegment());
    }

    int blocksIn(int segment) {
        return IndexShape.parts(keysIn(segment), shape.keysPerBlock());
    }

    private static String text(ByteBuffer in) {
        return new String(sized(in), StandardCharsets.UTF_8);
    }

    private static byte[] sized(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return bytes;
    }
}
