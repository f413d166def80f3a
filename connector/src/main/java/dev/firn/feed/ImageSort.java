package dev.firn.feed;

import dev.firn.run.ImageRows;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/** Sorts images that are read in no order, in bounded memory: what does not fit waits in local files. One thread. */
final class ImageSort implements Closeable {

    private static final int IMAGE_OVERHEAD_BYTES = 200;

    private final Map<Side, SideReader> readers;
    private final FeedInput input;
    private final List<SpilledImages> spilled = new ArrayList<>();
    private List<Image> buffer = new ArrayList<>();
    private long bufferedBytes;

    ImageSort(Map<Side, SideReader> readers, FeedInput input) {
        this.readers = readers;
        this.input = input;
    }

    /** Reads all images of a file. */
    void addAll(FileImages file) throws IOException {
        SideReader reader = Objects.requireNonNull(readers.get(file.side()));
        try (ImageRows rows = reader.open(file)) {
            while (rows.next()) {
                BinaryRowData row = reader.binary(rows.row());
                Image.Place place = new Image.Place(file.side(), file.ordinal(), rows.position());
                add(new Image(reader.key(row), place, row), row.getSizeInBytes());
            }
        }
    }

    private void add(Image image, int rowBytes) throws IOException {
        buffer.add(image);
        bufferedBytes += IMAGE_OVERHEAD_BYTES + image.key().bytes().length + rowBytes;
        if (bufferedBytes >= input.sortBytes()) {
            spill();
        }
    }

    private void spill() throws IOException {
        buffer.sort(null);
        Files.createDirectories(input.scratch());
        Path path = Files.createTempFile(input.scratch(), "images-", ".sorted");
        spilled.add(new SpilledImages(path, readers));
        SpilledImages.write(path, buffer);
        buffer = new ArrayList<>();
        bufferedBytes = 0;
    }

    /** What was added, sorted, in parts that are the caller's to close. */
    List<KeyedImages> finish() {
        buffer.sort(null);
        List<KeyedImages> parts = new ArrayList<>(spilled);
        if (!buffer.isEmpty()) {
            parts.add(new Buffered(buffer.iterator()));
        }
        spilled.clear();
        buffer = new ArrayList<>();
        return parts;
    }

    /** Deletes what was not handed over. */
    @Override
    public void close() throws IOException {
        for (SpilledImages part : spilled) {
            part.close();
        }
    }

    private static final class Buffered implements KeyedImages {

        private final Iterator<Image> images;
        private @Nullable Image image;

        Buffered(Iterator<Image> images) {
            this.images = images;
        }

        @Override
        public boolean next() {
            image = images.hasNext() ? images.next() : null;
            return image != null;
        }

        @Override
        public Image image() {
            return Objects.requireNonNull(image, "At no image");
        }

        @Override
        public void close() {
            image = null;
        }
    }
}
