package dev.firn.sink;

import dev.firn.index.IndexStatistics;
import dev.firn.index.IndexThreads;
import dev.firn.index.KeyIndexes;
import dev.firn.lsm.Bucket;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a writer's buckets are with the indexes of their files, which are loaded on threads of their own while rows
 * come. One thread, the writer's.
 */
final class BucketLoads {

    private static final Logger LOG = LoggerFactory.getLogger(BucketLoads.class);

    private final WriterBuckets buckets;
    private final KeyIndexes indexes;
    private final IndexThreads threads;

    private long seenEnded;
    private long start;
    private boolean underWay;
    private long loggedFiles;
    private IndexStatistics.Rebuilt logged;

    BucketLoads(WriterBuckets buckets, KeyIndexes indexes) {
        this.buckets = buckets;
        this.indexes = indexes;
        this.threads = indexes.threads();
        this.logged = indexes.statistics().rebuilt();
    }

    /** Files of another bucket are wanted. */
    void began() {
        if (!underWay) {
            underWay = true;
            start = System.nanoTime();
        }
    }

    /** Whether an index was loaded since the last {@link #look}. */
    boolean haveEnded() {
        return threads.ended() != seenEnded;
    }

    /** Has buckets flushed and compacted from now on whose indexes are there, and tells of one that cannot be built. */
    void look() throws IOException, InterruptedException {
        seenEnded = threads.ended();
        for (Bucket bucket : List.copyOf(buckets.loaded())) {
            if (!bucket.isReady() && bucket.isDecided()) {
                buckets.awaitReady(bucket);
            }
        }
        if (underWay && threads.unfinished() == 0) {
            underWay = false;
            log();
        }
    }

    private void log() {
        IndexStatistics.Rebuilt all = indexes.statistics().rebuilt();
        long files = threads.ended() - loggedFiles;
        if (files > 0) {
            LOG.info(
                    "Indexes ready files={} rebuilt={} keys={} thread-millis={} millis={} table={}",
                    files,
                    all.files() - logged.files(),
                    all.keys() - logged.keys(),
                    all.time().minus(logged.time()).toMillis(),
                    Duration.ofNanos(System.nanoTime() - start).toMillis(),
                    buckets.tableName());
        }
        loggedFiles += files;
        logged = all;
    }

    /** Buckets with changes that cannot be flushed yet. */
    List<Bucket> withWaitingRows() {
        return buckets.loaded().stream()
                .filter(bucket -> bucket.bufferedRows() > 0 && !bucket.isReady())
                .toList();
    }

    /** Waits until one of these is ready, lending a hand. */
    void awaitOne(List<Bucket> waitedFor) throws IOException, InterruptedException {
        while (waitedFor.stream().noneMatch(Bucket::isReady)) {
            awaitDecision(waitedFor);
            look();
        }
    }

    private void awaitDecision(List<Bucket> waitedFor) throws InterruptedException {
        long counted = threads.ended();
        while (waitedFor.stream().noneMatch(Bucket::isDecided)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (!threads.help()) {
                threads.awaitEnd(counted);
            }
            counted = threads.ended();
        }
    }
}
