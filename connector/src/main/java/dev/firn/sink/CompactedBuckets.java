package dev.firn.sink;

import dev.firn.dv.LiveRun;
import dev.firn.iceberg.CompactionCommitter;
import dev.firn.iceberg.CompactionCommitter.Outcome;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.TableView;
import dev.firn.iceberg.WriterChanges;
import dev.firn.lsm.CompactedBucket;
import dev.firn.lsm.Levels;
import java.io.Closeable;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.util.StructLikeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The buckets that one subtask of a compaction job takes care of. In rounds it looks at the table, commits what has
 * been merged since the last round, and starts what is worth it. One thread.
 */
final class CompactedBuckets implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(CompactedBuckets.class);

    /** Whatever a sink's job has committed is news here, although both may be one job. */
    private static final TableView.Origin NOBODY = new TableView.Origin("", Long.MAX_VALUE);

    private final FirnTable table;
    private final WriterResources resources;
    private final CompactionCommitter committer;
    private final Share share;

    private final TreeOpener opener;
    private final StructLikeMap<CompactedBucket> buckets;
    private @Nullable TableView view;

    /** Files with a higher sequence number are somebody else's and left alone. */
    private long lastSequenceNumber = Long.MAX_VALUE;

    /**
     * What there is to do.
     *
     * @param subtask stands in the names of files
     * @param owned which files are this one's; those of older partition specs are nobody's
     * @param span whether it ever ends
     */
    record Share(int subtask, Predicate<DataFile> owned, Span span) {}

    /** Which files are compacted. */
    enum Span {
        /** Those that are in the table at the first round, and what comes of them. */
        PRESENT,
        /** Those that will come as well. */
        ENDLESS
    }

    CompactedBuckets(FirnTable table, WriterResources resources, CompactionCommitter committer, Share share) {
        this.table = table;
        this.resources = resources;
        this.opener = new TreeOpener(table, resources, share.subtask());
        this.committer = committer;
        this.share = share;
        this.buckets = StructLikeMap.create(table.spec().partitionType());
    }

    /**
     * @return what was committed; empty if there was nothing to commit, so that another round makes sense only when a
     *     merge has ended, or the table has changed
     */
    Optional<Outcome> round() throws IOException {
        look();
        GatheredChanges gathered = new GatheredChanges(opener.writerId(), view().baseSequenceNumber());
        inTurn().forEach(bucket -> gathered.add(bucket.advance()));
        List<WriterChanges> changes = gathered.toChanges();
        if (changes.isEmpty()) {
            return Optional.empty();
        }
        Outcome outcome = committer.commit(changes.get(0));
        view().refresh();
        rebase();
        return Optional.of(outcome);
    }

    /** The bucket first that had to wait longest for one of the few threads. */
    private List<CompactedBucket> inTurn() {
        return buckets.values().stream()
                .sorted(Comparator.comparingLong(CompactedBucket::turn))
                .toList();
    }

    private TableView view() {
        TableView known = view;
        if (known == null) {
            table.refresh();
            known = new TableView(table, NOBODY, share.owned(), opener.filter().metricsColumns());
            view = known;
        }
        return known;
    }

    private void look() throws IOException {
        if (view == null) {
            resources.indexes().retain(view().locations());
            lastSequenceNumber = share.span() == Span.PRESENT ? view().baseSequenceNumber() : Long.MAX_VALUE;
            rebase();
        } else if (view().refresh()) {
            rebase();
        }
    }

    private void rebase() {
        try {
            rebaseAll();
        } catch (NotFoundException e) {
            LOG.info("A file is gone, looking at table {} anew: {}", table.name(), e.getMessage());
            view().refresh();
            view().load();
            rebaseAll();
        }
    }

    private void rebaseAll() {
        for (StructLike partition : view().partitionsWith(file -> true)) {
            if (!buckets.containsKey(partition)) {
                buckets.put(partition, opener.openCompacted(partition));
            }
        }
        for (Map.Entry<StructLike, CompactedBucket> bucket : buckets.entrySet()) {
            bucket.getValue().rebase(present(view().levels(bucket.getKey())));
        }
    }

    private Levels present(Levels levels) {
        return new Levels(levels.runs().stream().filter(this::isPresent).toList());
    }

    private boolean isPresent(LiveRun run) {
        Long added = run.run().file().fileSequenceNumber();
        return added == null || added <= lastSequenceNumber || run.location().contains(opener.writerId());
    }

    /** Whether a merge is under way, or finished and not committed yet. */
    boolean isWorking() {
        return buckets.values().stream().anyMatch(CompactedBucket::isWorking);
    }

    /** The most merges of a bucket that have failed in a row: it then sits some rounds out. */
    int failuresInARow() {
        return buckets.values().stream()
                .mapToInt(CompactedBucket::failuresInARow)
                .max()
                .orElse(0);
    }

    /** Gives up what is under way, and deletes what it wrote. */
    @Override
    public void close() throws IOException {
        try (table;
                resources) {
            buckets.values().forEach(CompactedBucket::discard);
        }
    }
}
