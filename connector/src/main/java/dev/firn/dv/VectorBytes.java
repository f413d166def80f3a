package dev.firn.dv;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.deletes.PositionDeleteIndex;

/**
 * A deletion vector as it stands in a Puffin file, the blob {@code deletion-vector-v1} of Iceberg's specification. From
 * here to Iceberg's bitmaps and back these bytes are the only way that does not take each position by itself.
 *
 * <pre>
 * blob = length-of-magic-and-bitmaps magic number-of-bitmaps (upper-bits bitmap)* crc-of-magic-and-bitmaps
 * </pre>
 *
 * A bitmap is in the portable Roaring format; all positions of a {@link PositionSet} have upper bits of 0.
 */
final class VectorBytes {

    private static final int MAGIC = 1681511377;
    private static final int BITMAP_AT = 2 * Integer.BYTES + Long.BYTES + Integer.BYTES;

    private VectorBytes() {}

    /** The positions as Iceberg holds them, to be passed on to its writer. */
    static PositionDeleteIndex index(PositionSet positions) {
        byte[] bytes = write(positions);
        DeleteFile description = FileMetadata.deleteFileBuilder(PartitionSpec.unpartitioned())
                .ofPositionDeletes()
                .withFormat(FileFormat.PUFFIN)
                .withPath("memory")
                .withReferencedDataFile("memory")
                .withFileSizeInBytes(bytes.length)
                .withContentOffset(0)
                .withContentSizeInBytes(bytes.length)
                .withRecordCount(positions.cardinality())
                .build();
        return PositionDeleteIndex.deserialize(bytes, description);
    }

    private static byte[] write(PositionSet positions) {
        byte[] bitmap = positions.toBytes();
        int end = BITMAP_AT + bitmap.length;
        ByteBuffer bytes = ByteBuffer.allocate(end + Integer.BYTES);
        bytes.putInt(end - Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(MAGIC);
        bytes.putLong(1).putInt(0).put(bitmap);
        CRC32 crc = new CRC32();
        crc.update(bytes.array(), Integer.BYTES, end - Integer.BYTES);
        return bytes.order(ByteOrder.BIG_ENDIAN).putInt((int) crc.getValue()).array();
    }

    /** @param decoded what Iceberg found in these bytes to be right */
    static PositionSet positions(byte[] bytes, PositionDeleteIndex decoded) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (buffer.getLong(2 * Integer.BYTES) == 1 && buffer.getInt(BITMAP_AT - Integer.BYTES) == 0) {
            return PositionSet.fromBytes(Arrays.copyOfRange(bytes, BITMAP_AT, bytes.length - Integer.BYTES));
        }
        PositionSet.Builder positions = PositionSet.builder();
        decoded.forEach(positions::add);
        return positions.build();
    }
}
