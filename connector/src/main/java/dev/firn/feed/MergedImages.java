package dev.firn.feed;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.iceberg.io.CloseableGroup;
import org.jspecify.annotations.Nullable;

/** The images of several inputs in one order. An input is closed when it ends. */
final class MergedImages implements KeyedImages {

    private static final Comparator<KeyedImages> BY_IMAGE =
            (one, other) -> one.image().compareTo(other.image());

    private final PriorityQueue<KeyedImages> waiting = new PriorityQueue<>(BY_IMAGE);
    private final CloseableGroup inputs = new CloseableGroup();
    private @Nullable KeyedImages current;

    /** Takes the inputs over. */
    MergedImages(List<? extends KeyedImages> sources) throws IOException {
        sources.forEach(inputs::addCloseable);
        inputs.setSuppressCloseFailure(true);
        try {
            for (KeyedImages source : sources) {
                enqueue(source);
            }
        } catch (IOException | RuntimeException e) {
            inputs.close();
            throw e;
        }
    }

    @Override
    public boolean next() throws IOException {
        KeyedImages last = current;
        if (last != null && last.next()) {
            KeyedImages first = waiting.peek();
            if (first == null || BY_IMAGE.compare(last, first) < 0) {
                return true;
            }
            waiting.add(last);
        } else if (last != null) {
            last.close();
        }
        current = waiting.poll();
        return current != null;
    }

    private void enqueue(KeyedImages source) throws IOException {
        if (source.next()) {
            waiting.add(source);
        } else {
            source.close();
        }
    }

    @Override
    public Image image() {
        if (current == null) {
            throw new IllegalStateException("At no image");
        }
        return current.image();
    }

    @Override
    public void close() throws IOException {
        inputs.close();
    }
}
