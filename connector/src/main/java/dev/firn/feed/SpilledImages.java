package dev.firn.feed;

import dev.firn.key.Key;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.binary.BinarySegmentUtils;
import org.jspecify.annotations.Nullable;

/**
 * Sorted images in a local file, which is deleted when this is closed. It does not outlive the process, and nobody else
 * reads it.
 */
final class SpilledImages implements KeyedImages {

    private static final int BUFFER_BYTES = 1 << 16;

    private final Path path;
    private final Map<Side, SideReader> readers;
    private @Nullable DataInputStream file;
    private long remaining;
    private @Nullable Image image;

    SpilledImages(Path path, Map<Side, SideReader> readers) {
        this.path = path;
        this.readers = readers;
    }

    /** @param images sorted, of {@link BinaryRowData} */
    static void write(Path path, List<Image> images) throws IOException {
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(path), BUFFER_BYTES))) {
            out.writeLong(images.size());
            for (Image image : images) {
                BinaryRowData row = (BinaryRowData) image.row();
                out.writeBoolean(image.place().side() == Side.AFTER);
                out.writeInt(image.place().file());
                out.writeLong(image.place().position());
                write(out, image.key().bytes());
                write(out, BinarySegmentUtils.copyToBytes(row.getSegments(), row.getOffset(), row.getSizeInBytes()));
            }
        }
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    @Override
    public boolean next() throws IOException {
        if (file == null) {
            file = new DataInputStream(new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES));
            remaining = file.readLong();
        }
        if (remaining == 0) {
            image = null;
            return false;
        }
        remaining--;
        Side side = file.readBoolean() ? Side.AFTER : Side.BEFORE;
        Image.Place place = new Image.Place(side, file.readInt(), file.readLong());
        Key key = Key.of(file.readNBytes(file.readInt()));
        byte[] bytes = file.readNBytes(file.readInt());
        BinaryRowData row = Objects.requireNonNull(readers.get(side)).newRow();
        row.pointTo(MemorySegmentFactory.wrap(bytes), 0, bytes.length);
        image = new Image(key, place, row);
        return true;
    }

    @Override
    public Image image() {
        return Objects.requireNonNull(image, "At no image");
    }

    @Override
    public void close() throws IOException {
        try {
            if (file != null) {
                file.close();
            }
        } finally {
            Files.deleteIfExists(path);
        }
    }
}
