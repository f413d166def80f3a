package dev.firn.feed;

import dev.firn.key.Key;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/** The changes of files with images on both sides, in the order of the keys. */
final class MergedChanges implements KeyChanges {

    private final MergedImages images;
    private boolean atImage;

    /** Takes the images over. */
    MergedChanges(MergedImages images) throws IOException {
        this.images = images;
        this.atImage = images.next();
    }

    /** Sorts what is not sorted, and opens the rest. */
    static MergedChanges open(List<FileImages> files, Map<Side, SideReader> readers, FeedInput input)
            throws IOException {
        List<KeyedImages> sources = new ArrayList<>();
        try (ImageSort sort = new ImageSort(readers, input)) {
            for (FileImages file : files) {
                if (!file.isSorted(input.sortOrderId())) {
                    sort.addAll(file);
                }
            }
            for (FileImages file : files) {
                if (file.isSorted(input.sortOrderId())) {
                    sources.add(new SortedFile(file, Objects.requireNonNull(readers.get(file.side()))));
                }
            }
            sources.addAll(sort.finish());
        }
        MergedImages images = new MergedImages(sources);
        try {
            return new MergedChanges(images);
        } catch (IOException | RuntimeException e) {
            images.close();
            throw e;
        }
    }

    @Override
    public @Nullable KeyChange next() throws IOException {
        if (!atImage) {
            return null;
        }
        Key key = images.image().key();
        List<RowData> before = List.of();
        List<RowData> after = List.of();
        do {
            Image image = images.image();
            if (image.place().side() == Side.BEFORE) {
                before = with(before, image.row());
            } else {
                after = with(after, image.row());
            }
            atImage = images.next();
        } while (atImage && images.image().key().equals(key));
        return new KeyChange(before, after);
    }

    /** @param images a list of this method's, or empty: more than one is rare */
    private static List<RowData> with(List<RowData> images, RowData image) {
        if (images.isEmpty()) {
            return List.of(image);
        }
        List<RowData> more = images instanceof ArrayList<RowData> several ? several : new ArrayList<>(images);
        more.add(image);
        return more;
    }

    @Override
    public void close() throws IOException {
        images.close();
    }
}
