package dev.firn.iceberg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.ContentFileUtil;
import org.jspecify.annotations.Nullable;

/**
 * The data files of one snapshot and their deletion vectors, in memory. It goes from snapshot to snapshot, and tells
 * what differs: a step reads those manifests alone that the last snapshot did not have. Any two snapshots have a
 * difference, whether or not one descends from the other. One thread.
 */
public final class SnapshotFiles {

    private final Table table;
    private final FileFilter filter;
    private SnapshotStamp snapshot = SnapshotStamp.EMPTY_TABLE;
    private Map<String, Entries> manifests = Map.of();
    private final Map<String, DataFile> files = new HashMap<>();
    private final Map<String, DeleteFile> vectors = new HashMap<>();

    /** What a manifest lists, of one kind. */
    private record Entries(List<DataFile> files, List<DeleteFile> vectors) {}

    SnapshotFiles(Table table, FileFilter filter) {
        this.table = table;
        this.filter = filter;
    }

    public SnapshotStamp snapshot() {
        return snapshot;
    }

    /** Ids of the partition specs of all files. */
    public Set<Integer> specIds() {
        return files.values().stream().map(DataFile::specId).collect(Collectors.toSet());
    }

    /** Every file, as the difference to the empty table. */
    public SnapshotDiff all() {
        List<FileChange> changes = new ArrayList<>();
        files.forEach((location, file) -> add(changes, file, null, new FileChange.Liveness(vectors.get(location))));
        return diff(changes);
    }

    /**
     * Goes to another snapshot, which has to be retained; the one that this stands at need not be.
     *
     * @return what differs, without the files that cannot hold a row of interest, in the order of their locations
     * @throws UnsupportedTableException if the snapshot has deletes other than deletion vectors
     */
    public SnapshotDiff goTo(SnapshotStamp next) {
        Map<String, Entries> nextManifests = read(next);
        Entries leaving = entries(manifests, nextManifests.keySet());
        Entries entering = entries(nextManifests, manifests.keySet());
        Map<String, DataFile> oldFiles = byLocation(leaving.files());
        Map<String, DeleteFile> oldVectors = byDataFile(leaving.vectors());
        Map<String, DataFile> newFiles = byLocation(entering.files());
        Map<String, DeleteFile> newVectors = byDataFile(entering.vectors());
        Set<String> touched = new HashSet<>();
        for (Map<String, ?> side : List.of(oldFiles, oldVectors, newFiles, newVectors)) {
            touched.addAll(side.keySet());
        }
        List<FileChange> changes = new ArrayList<>();
        for (String location : touched) {
            DataFile fileBefore = files.get(location);
            DeleteFile vectorBefore = vectors.get(location);
            replace(files, location, oldFiles, newFiles);
            replace(vectors, location, oldVectors, newVectors);
            DataFile fileAfter = files.get(location);
            FileChange.Liveness before = fileBefore == null ? null : new FileChange.Liveness(vectorBefore);
            FileChange.Liveness after = fileAfter == null ? null : new FileChange.Liveness(vectors.get(location));
            if ((before == null) != (after == null) || (before != null && !sameVector(before, after))) {
                add(changes, fileAfter == null ? Objects.requireNonNull(fileBefore) : fileAfter, before, after);
            }
        }
        manifests = nextManifests;
        snapshot = next;
        return diff(changes);
    }

    private SnapshotDiff diff(List<FileChange> changes) {
        changes.sort((a, b) -> a.file().location().compareTo(b.file().location()));
        return new SnapshotDiff(snapshot, changes);
    }

    private void add(
            List<FileChange> changes,
            DataFile file,
            FileChange.@Nullable Liveness before,
            FileChange.@Nullable Liveness after) {
        PartitionSpec spec = Objects.requireNonNull(table.specs().get(file.specId()));
        if (filter.mayMatch(file, spec)) {
            changes.add(new FileChange(file, spec, before, after));
        }
    }

    private static boolean sameVector(FileChange.Liveness before, FileChange.@Nullable Liveness after) {
        DeleteFile old = before.vector();
        DeleteFile now = after == null ? null : after.vector();
        return (old == null || now == null)
                ? old == now
                : old.location().equals(now.location()) && Objects.equals(old.contentOffset(), now.contentOffset());
    }

    private static <F> void replace(Map<String, F> all, String location, Map<String, F> old, Map<String, F> now) {
        F entering = now.get(location);
        if (entering != null) {
            all.put(location, entering);
        } else if (old.containsKey(location)) {
            all.remove(location);
        }
    }

    /** The contents of the snapshot's manifests: those of the present ones are not read again. */
    private Map<String, Entries> read(SnapshotStamp next) {
        if (next.isEmptyTable()) {
            return Map.of();
        }
        Snapshot there = table.snapshot(next.id());
        if (there == null) {
            throw new IllegalStateException("Snapshot " + next.id() + " of table " + table.name() + " is not retained");
        }
        Map<String, Entries> read = new HashMap<>();
        for (ManifestFile manifest : there.allManifests(table.io())) {
            Entries known = manifests.get(manifest.path());
            read.put(manifest.path(), known == null ? read(manifest) : known);
        }
        return read;
    }

    private Entries read(ManifestFile manifest) {
        return manifest.content() == ManifestContent.DATA
                ? new Entries(list(ManifestFiles.read(manifest, table.io(), table.specs()), filter::strip), List.of())
                : new Entries(
                        List.of(),
                        list(
                                ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs()),
                                file -> vector(file).copyWithoutStats()));
    }

    private static <F extends ContentFile<F>> List<F> list(ManifestReader<F> manifest, UnaryOperator<F> strip) {
        List<F> files = new ArrayList<>();
        try (manifest) {
            manifest.forEach(file -> files.add(strip.apply(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private DeleteFile vector(DeleteFile file) {
        if (!ContentFileUtil.isDV(file)) {
            throw UnsupportedTableException.notAVector("Table " + table.name(), file);
        }
        return file;
    }

    private static Entries entries(Map<String, Entries> manifests, Collection<String> except) {
        Entries entries = new Entries(new ArrayList<>(), new ArrayList<>());
        manifests.forEach((path, listed) -> {
            if (!except.contains(path)) {
                entries.files().addAll(listed.files());
                entries.vectors().addAll(listed.vectors());
            }
        });
        return entries;
    }

    private static Map<String, DataFile> byLocation(List<DataFile> files) {
        Map<String, DataFile> byLocation = new HashMap<>();
        files.forEach(file -> byLocation.put(file.location(), file));
        return byLocation;
    }

    private static Map<String, DeleteFile> byDataFile(List<DeleteFile> vectors) {
        Map<String, DeleteFile> byDataFile = new HashMap<>();
        vectors.forEach(vector -> byDataFile.put(Objects.requireNonNull(vector.referencedDataFile()), vector));
        return byDataFile;
    }
}
