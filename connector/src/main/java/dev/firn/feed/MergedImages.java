package dev.firn.feed;

import dev.firn.key.Key;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.iceberg.io.CloseableGroup;
import org.jspecify.annotations.Nullable;

/**
 * The images of several inputs in one order. An input is closed when it ends, and left alone until its first key can be
 * due: of files that are disjoint, few are open at a time.
 */
final class MergedImages implements KeyedImages {

    private static final Comparator<KeyedImages> BY_IMAGE =
            (one, other) -> one.image().compareTo(other.image());

    private final PriorityQueue<KeyedImages> waiting = new PriorityQueue<>(BY_IMAGE);
    private final PriorityQueue<Ahead> ahead = new PriorityQueue<>(Comparator.comparing(Ahead::floor));
    private final CloseableGroup inputs = new CloseableGroup();
    private @Nullable KeyedImages current;

    /** An input that is not asked for anything before its first key can be due. */
    private record Ahead(Key floor, KeyedImages input) {}

    /** Takes the inputs over. */
    MergedImages(List<? extends KeyedImages> sources) throws IOException {
        sources.forEach(inputs::addCloseable);
        inputs.setSuppressCloseFailure(true);
        try {
            for (KeyedImages source : sources) {
                Key floor = source.floor();
                if (floor == null) {
                    enqueue(source);
                } else {
                    ahead.add(new Ahead(floor, source));
                }
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
            if ((first == null || BY_IMAGE.compare(last, first) < 0) && !isDue(last)) {
                return true;
            }
            waiting.add(last);
        } else if (last != null) {
            last.close();
        }
        while (!ahead.isEmpty() && (waiting.isEmpty() || isDue(waiting.element()))) {
            enqueue(ahead.remove().input());
        }
        current = waiting.poll();
        return current != null;
    }

    /** Whether an input that is ahead may have an image at or before that of one that waits. */
    private boolean isDue(KeyedImages first) {
        Ahead next = ahead.peek();
        return next != null && next.floor().compareTo(first.image().key()) <= 0;
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
