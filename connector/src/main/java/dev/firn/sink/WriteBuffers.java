package dev.firn.sink;

import dev.firn.lsm.Bucket;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The buffers of a writer's buckets. One that is large enough is flushed ahead of the barrier, on the flush thread,
 * while rows go on coming into the next one; so the barrier waits for the rest alone. They share one budget, those that
 * are being flushed included, and the writer waits only when that is spent. One thread.
 */
final class WriteBuffers {

    /** A buffer that has grown so many times too large while the one before waits for the flush thread. */
    private static final int FAR_TOO_LARGE = 2;

    /** When so much of the budget is spent the largest buffer is flushed, so that there is room left meanwhile. */
    private static final double NEARLY_FULL = 7.0 / 8;

    /**
     * While the largest bucket's indexes are loaded another one is flushed in its place, but none so many times
     * smaller.
     */
    private static final int FAR_TOO_SMALL = 16;

    private final WriterBuckets buckets;
    private final WriterResources.Buffers limits;
    private final WriterMetrics metrics;

    /** Buckets with a flush ahead of the barrier, the one that was begun first in front. */
    private final Deque<Bucket> flushing = new ArrayDeque<>();

    private long seenEnded;
    private long bytes;
    private long rows;

    WriteBuffers(WriterBuckets buckets, WriterResources.Buffers limits, WriterMetrics metrics) {
        this.buckets = buckets;
        this.limits = limits;
        this.metrics = metrics;
    }

    long bytes() {
        return bytes;
    }

    long rows() {
        return rows;
    }

    /** A change came into a bucket's buffer. */
    void grew(Bucket bucket, long moreBytes, int moreRows) throws IOException, InterruptedException {
        bytes += moreBytes;
        rows += moreRows;
        if (limits.thread().ended() != seenEnded) {
            landEnded();
        }
        if (buckets.loads().haveEnded()) {
            flushReady();
        }
        if (bucket.unflushedBytes() >= limits.flushBytes()) {
            if (!bucket.isFlushing()) {
                flushAhead(bucket);
            } else if (bucket.unflushedBytes() >= FAR_TOO_LARGE * limits.flushBytes()) {
                // The flush thread does not keep up, and at the barrier there would be ever more to do.
                bucket.helpFlush();
                if (bucket.mayLand()) {
                    land(bucket);
                }
            }
        }
        if (bytes > limits.bytes() * NEARLY_FULL) {
            makeRoom();
        }
    }

    private void landEnded() throws IOException, InterruptedException {
        seenEnded = limits.thread().ended();
        for (Bucket bucket : List.copyOf(flushing)) {
            if (bucket.mayLand()) {
                land(bucket);
            }
        }
    }

    /** A buffer may have become too large while its bucket's indexes were loaded. */
    private void flushReady() throws IOException, InterruptedException {
        buckets.loads().look();
        recount();
        for (Bucket bucket : buckets.loaded()) {
            if (bucket.unflushedBytes() >= limits.flushBytes() && !bucket.isFlushing()) {
                flushAhead(bucket);
            }
        }
    }

    private void makeRoom() throws IOException, InterruptedException {
        if (flushing.isEmpty()) {
            flushLargest();
        }
        while (bytes > limits.bytes()) {
            if (flushing.isEmpty() && !flushLargest()) {
                List<Bucket> waiting = buckets.loads().withWaitingRows();
                if (waiting.isEmpty()) {
                    return;
                }
                buckets.loads().awaitOne(waiting);
                flushReady();
            } else {
                land(flushing.getFirst());
            }
        }
    }

    /**
     * @return false if it has to be waited until the largest buffer, or one that is not much smaller, can be flushed
     */
    private boolean flushLargest() {
        Bucket largest = largest(buckets.loaded().stream()).orElseThrow();
        Bucket ready =
                largest(buckets.loaded().stream().filter(Bucket::isReady)).orElse(largest);
        if (ready.unflushedBytes() >= largest.unflushedBytes() / FAR_TOO_SMALL) {
            flushAhead(ready);
        }
        return !flushing.isEmpty();
    }

    private static Optional<Bucket> largest(Stream<Bucket> of) {
        return of.max(Comparator.comparingLong(Bucket::unflushedBytes));
    }

    private void flushAhead(Bucket bucket) {
        bucket.flushAhead(limits.thread());
        if (bucket.isFlushing()) {
            flushing.add(bucket);
        }
    }

    private void land(Bucket bucket) throws IOException, InterruptedException {
        flushing.remove(bucket);
        buckets.land(bucket);
        metrics.flushed(buckets);
        buckets.compact();
        recount();
    }

    /** Looks again what is buffered: after a flush, and after a checkpoint. */
    void recount() {
        flushing.removeIf(bucket -> !bucket.isFlushing());
        bytes = buckets.loaded().stream().mapToLong(Bucket::bufferedBytes).sum();
        rows = buckets.loaded().stream().mapToLong(Bucket::bufferedRows).sum();
    }
}
