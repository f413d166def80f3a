package dev.firn.iceberg;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.iceberg.util.SnapshotUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Expires old snapshots of a table and deletes the files that none of those left needs. Iceberg decides and commits;
 * tags and branches are kept as it says. Only the deleting is done here: Iceberg would delete a Puffin file as soon as
 * one deletion vector in it was replaced, though others in it be live.
 *
 * <p>Not thread-safe; it has a table of its own and may run beside a committer.
 */
public final class SnapshotExpiry implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotExpiry.class);

    private final FirnTable table;
    private final Retention retention;
    private final InstantSource clock;

    /** What one run did. */
    public record Outcome(int snapshots, int files) {

        static final Outcome NOTHING = new Outcome(0, 0);
    }

    /** @param table this one's own, closed with it */
    public SnapshotExpiry(FirnTable table, Retention retention, InstantSource clock) {
        this.table = table;
        this.retention = retention;
        this.clock = clock;
    }

    /**
     * Expires what is to go by now. A file that cannot be deleted is left behind, with a line in the log.
     *
     * @throws RuntimeException if the table cannot be read or the expiry not committed; then everything is as before
     */
    public Outcome run() {
        table.refresh();
        Table iceberg = table.iceberg();
        if (iceberg.currentSnapshot() == null || !table.ownsItsFiles()) {
            return Outcome.NOTHING;
        }
        long cutoff = cutoffMillis(iceberg);
        int expiring = iceberg.expireSnapshots().expireOlderThan(cutoff).apply().size();
        if (expiring == 0) {
            return Outcome.NOTHING;
        }
        Set<String> unneeded = ConcurrentHashMap.newKeySet();
        iceberg.expireSnapshots()
                .expireOlderThan(cutoff)
                .deleteWith(unneeded::add)
                .commit();
        table.refresh();
        if (unneeded.stream().anyMatch(SnapshotExpiry::mayBeShared)) {
            unneeded.removeAll(neededVectors(iceberg));
        }
        UnneededFiles.delete(unneeded, table.io());
        Outcome outcome = new Outcome(expiring, unneeded.size());
        LOG.info("Expired snapshots={} files={} table={}", outcome.snapshots(), outcome.files(), table.name());
        return outcome;
    }

    /** Snapshots before this go, but for those that the table's properties, a tag or a branch keep. */
    private long cutoffMillis(Table iceberg) {
        long now = clock.millis();
        long maxAge = PropertyUtil.propertyAsLong(
                iceberg.properties(), TableProperties.MAX_SNAPSHOT_AGE_MS, TableProperties.MAX_SNAPSHOT_AGE_MS_DEFAULT);
        long cutoff = now - maxAge;
        long newestCommit = Long.MAX_VALUE;
        int count = 0;
        for (Snapshot snapshot : table.ancestors()) {
            count++;
            if (count == retention.maxSnapshots()) {
                cutoff = Math.max(
                        cutoff,
                        Math.min(
                                snapshot.timestampMillis(),
                                now - retention.minAge().toMillis()));
            }
            // What this sink committed last tells those who look at the table whose it is.
            if (newestCommit == Long.MAX_VALUE
                    && Marker.ofSummary(snapshot.summary()).isPresent()) {
                newestCommit = snapshot.timestampMillis();
            }
        }
        return Math.min(cutoff, newestCommit);
    }

    /** Puffin files may hold more than one vector, and so be needed still when one of them is not. */
    private static boolean mayBeShared(String location) {
        return location.endsWith(".puffin");
    }

    /**
     * Locations of vectors that a snapshot needs. One that is as old as another one which is gone is live in the first
     * of the main branch's snapshots that are left, if in any of them; so the others need not be read.
     */
    private static Set<String> neededVectors(Table iceberg) {
        Set<Long> later = new HashSet<>();
        Long oldest = null;
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(iceberg)) {
            later.add(snapshot.snapshotId());
            oldest = snapshot.snapshotId();
        }
        later.remove(oldest);
        Set<String> needed = new HashSet<>();
        for (Snapshot snapshot : iceberg.snapshots()) {
            if (!later.contains(snapshot.snapshotId())) {
                snapshot.deleteManifests(iceberg.io()).forEach(manifest -> addLive(iceberg, manifest, needed));
            }
        }
        return needed;
    }

    private static void addLive(Table iceberg, ManifestFile manifest, Set<String> locations) {
        try (ManifestReader<DeleteFile> live =
                ManifestFiles.readDeleteManifest(manifest, iceberg.io(), iceberg.specs())) {
            live.forEach(file -> locations.add(file.location()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        table.close();
    }
}
