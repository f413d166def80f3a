package dev.firn.iceberg;

import dev.firn.key.KeyHash;
import dev.firn.run.RunFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes files that Firn wrote for a table and that are in none of its snapshots: of checkpoints that were never
 * committed, and of compactions that came to nothing, because the process ended. Only files with the names that Firn
 * gives are looked at, and only old ones: young ones may belong to a checkpoint or a compaction that is under way.
 *
 * <p>Not thread-safe; it has a table of its own and may run beside a committer.
 */
public final class OrphanRemoval implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(OrphanRemoval.class);

    private static final Pattern VECTORS = Pattern.compile("^\\d{5,}-0-[0-9a-f-]{36}-\\d{5,}-vectors\\.puffin$");

    private final FirnTable table;
    private final Duration minAge;
    private final InstantSource clock;

    /**
     * @param table this one's own, closed with it
     * @param minAge longer than any checkpoint takes to be committed
     */
    public OrphanRemoval(FirnTable table, Duration minAge, InstantSource clock) {
        this.table = table;
        this.minAge = minAge;
        this.clock = clock;
    }

    /**
     * Deletes what no snapshot of now needs. Nothing where files cannot be listed, or may be another table's.
     *
     * @return how many files
     * @throws RuntimeException if the table or the files cannot be listed; then nothing was deleted
     */
    public int run() {
        table.refresh();
        Table iceberg = table.iceberg();
        if (!(table.io() instanceof SupportsPrefixOperations files) || !table.ownsItsFiles()) {
            return 0;
        }
        long before = clock.millis() - minAge.toMillis();
        // First the files, then the snapshots: what is committed in between is in a snapshot.
        List<String> old = new ArrayList<>();
        for (FileInfo file : files.listPrefix(dataLocation(iceberg))) {
            if (file.createdAtMillis() < before && isFirns(file.location())) {
                old.add(file.location());
            }
        }
        if (old.isEmpty()) {
            return 0;
        }
        table.refresh();
        Set<Long> needed = needed(iceberg);
        old.removeIf(file -> needed.contains(identity(file)));
        if (!old.isEmpty()) {
            UnneededFiles.delete(old, table.io());
            LOG.info("Removed orphans={} table={}", old.size(), table.name());
        }
        return old.size();
    }

    private static String dataLocation(Table iceberg) {
        return iceberg.properties().getOrDefault(TableProperties.WRITE_DATA_LOCATION, iceberg.location() + "/data");
    }

    private static boolean isFirns(String location) {
        return RunFile.tellsLevel(location)
                || VECTORS.matcher(location.substring(location.lastIndexOf('/') + 1))
                        .matches();
    }

    /** Identities of the files in all snapshots, and perhaps of a few others. */
    private static Set<Long> needed(Table iceberg) {
        Set<String> manifests = new HashSet<>();
        Set<Long> needed = new HashSet<>();
        for (Snapshot snapshot : iceberg.snapshots()) {
            for (ManifestFile manifest : snapshot.allManifests(iceberg.io())) {
                if (manifests.add(manifest.path())) {
                    addLive(iceberg, manifest, needed);
                }
            }
        }
        return needed;
    }

    private static void addLive(Table iceberg, ManifestFile manifest, Collection<Long> identities) {
        try (CloseableIterable<? extends ContentFile<?>> live = manifest.content() == ManifestContent.DATA
                ? ManifestFiles.read(manifest, iceberg.io(), iceberg.specs())
                : ManifestFiles.readDeleteManifest(manifest, iceberg.io(), iceberg.specs())) {
            live.forEach(file -> identities.add(identity(file.location())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The hash of a file's name and its directory's. Not that of the whole location, which may be spelled in several
     * ways; two files with the same one are both kept if one of them is needed.
     */
    private static long identity(String location) {
        int name = location.lastIndexOf('/');
        int directory = location.lastIndexOf('/', name - 1);
        byte[] bytes = location.substring(directory + 1).getBytes(StandardCharsets.UTF_8);
        return KeyHash.of(bytes, 0, bytes.length);
    }

    @Override
    public void close() throws IOException {
        table.close();
    }
}
