package dev.firn.iceberg;

import dev.firn.lsm.Levels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Types.StructType;
import org.apache.iceberg.util.StructLikeMap;
import org.apache.iceberg.util.StructLikeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one writer knows of the table: the files of its buckets as of a base snapshot. Snapshots that the writer's own
 * job committed on top of the base hold nothing new to it, so the base moves over them without being read again.
 */
public final class TableView {

    private final FirnTable table;
    private final Origin origin;
    private final Predicate<DataFile> owned;
    private final Set<Integer> metricsColumns;
    private StructLikeMap<List<LiveFile>> files;

    /** Partitions of which the listing is older than the base: own commits changed them since it was read. */
    private final StructLikeSet outdated;

    private List<LiveFile> olderFiles = List.of();
    private @Nullable Snapshot base;
    private final Optional<Marker> loadedMarker;
    private Map<String, DataFile> landed = Map.of();

    /**
     * Tells the snapshots of this run of the job from those of anybody else.
     *
     * @param jobId Flink's job id
     * @param restoredCheckpoint the checkpoint that this run was restored from, 0 for none: what it and those before it
     *     hold was committed before this run's writers loaded the table
     */
    public record Origin(String jobId, long restoredCheckpoint) {}

    /** @param owned which files are the writer's */
    public TableView(FirnTable table, Origin origin, Predicate<DataFile> owned) {
        this(table, origin, owned, Set.of());
    }

    /**
     * @param owned which files are the writer's
     * @param metricsColumns ids of the columns whose metrics the files keep
     */
    public TableView(FirnTable table, Origin origin, Predicate<DataFile> owned, Set<Integer> metricsColumns) {
        this.table = table;
        this.origin = origin;
        this.owned = owned;
        this.metricsColumns = Set.copyOf(metricsColumns);
        this.loadedMarker = table.marker();
        this.files = StructLikeMap.create(StructType.of());
        this.outdated = StructLikeSet.create(table.spec().partitionType());
        load();
    }

    /** Reads the newest snapshot's files anew. */
    public void load() {
        table.checkSpec();
        List<LiveFile> older = new ArrayList<>();
        files = list(older);
        olderFiles = List.copyOf(older);
        outdated.clear();
        base = table.currentSnapshot();
    }

    /** @param older told the files of older partition specs */
    private StructLikeMap<List<LiveFile>> list(List<LiveFile> older) {
        StructLikeMap<List<LiveFile>> byPartition =
                StructLikeMap.create(table.spec().partitionType());
        for (LiveFile file : table.liveFiles(metricsColumns).files()) {
            if (owned.test(file.file())) {
                if (file.file().specId() == table.spec().specId()) {
                    byPartition
                            .computeIfAbsent(file.file().partition(), p -> new ArrayList<>())
                            .add(file);
                } else {
                    older.add(file);
                }
            }
        }
        return byPartition;
    }

    /** Sequence number of the newest snapshot that the writer knows. */
    public long baseSequenceNumber() {
        return base == null ? 0 : base.sequenceNumber();
    }

    /**
     * Looks at the table's newest snapshot.
     *
     * @throws UnsupportedTableException if somebody changed the partition spec
     * @return whether somebody else changed the table since the last look, so that what was built on this view has to
     *     be rebased
     */
    public boolean refresh() {
        table.refresh();
        table.checkSpec();
        landed = Map.of();
        Optional<List<Snapshot>> own = ownSnapshots();
        if (own.isEmpty() || haveNewRowIds(own.get())) {
            load();
            return true;
        }
        base = table.currentSnapshot();
        landed = addedFiles(own.get());
        return false;
    }

    /** The first commit after an upgrade of the format gives row ids to all files that were there. */
    private boolean haveNewRowIds(List<Snapshot> own) {
        return base != null && base.firstRowId() == null && !own.isEmpty();
    }

    /**
     * The writer's files that this run's own commits added between the last two looks, by location, as the table's
     * metadata have them.
     */
    public Map<String, DataFile> landed() {
        return landed;
    }

    private Map<String, DataFile> addedFiles(List<Snapshot> snapshots) {
        Map<String, DataFile> added = new HashMap<>();
        for (Snapshot snapshot : snapshots) {
            for (DataFile file : table.addedFiles(snapshot, metricsColumns)) {
                if (owned.test(file)) {
                    added.put(file.location(), file);
                }
            }
        }
        return added;
    }

    /** The snapshots after the base, newest first; empty if one of them may be somebody else's. */
    private Optional<List<Snapshot>> ownSnapshots() {
        List<Snapshot> own = new ArrayList<>();
        Long baseId = base == null ? null : base.snapshotId();
        Long reached = null;
        for (Snapshot snapshot : table.ancestors()) {
            if (Objects.equals(snapshot.snapshotId(), baseId)) {
                return Optional.of(own);
            }
            if (!isOwn(snapshot)) {
                return Optional.empty();
            }
            own.add(snapshot);
            reached = snapshot.parentId();
        }
        // Snapshots that expired in between may have been anybody's.
        return Objects.equals(reached, baseId) ? Optional.of(own) : Optional.empty();
    }

    private boolean isOwn(Snapshot snapshot) {
        Map<String, String> summary = snapshot.summary();
        return origin.jobId().equals(summary.get(SnapshotCommitter.JOB_ID))
                && Marker.ofSummary(summary)
                        .filter(marker -> marker.checkpointId() > origin.restoredCheckpoint())
                        .isPresent();
    }

    /** Whether the table holds what this run committed for a checkpoint. */
    public boolean holds(long checkpointId) {
        Optional<Marker> marker = table.marker();
        return !marker.equals(loadedMarker)
                && marker.filter(m -> m.checkpointId() >= checkpointId).isPresent();
    }

    /** Locations of the data files of all buckets of the writer, as of the base snapshot. */
    public List<String> locations() {
        return Stream.concat(files.values().stream().flatMap(List::stream), olderFiles.stream())
                .map(LiveFile::location)
                .toList();
    }

    /** The writer's partitions in which there is such a file, as of when the whole table was last read. */
    public List<StructLike> partitionsWith(Predicate<DataFile> wanted) {
        return files.entrySet().stream()
                .filter(entry -> entry.getValue().stream().map(LiveFile::file).anyMatch(wanted))
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * Whoever had this bucket's levels lets go of them, after commits of his own perhaps: asked for them again, this
     * reads the listing once more, for all such buckets together.
     *
     * @param last the bucket's files as of the base
     */
    public void putAside(StructLike partition, List<DataFile> last) {
        if (metricsColumns.isEmpty()) {
            files.remove(partition);
        } else {
            files.put(
                    partition,
                    last.stream().map(file -> new LiveFile(file, null)).toList());
        }
        outdated.add(partition);
    }

    private void listOutdated() {
        if (!Objects.equals(base, table.currentSnapshot())) {
            throw new IllegalStateException("Table " + table.name() + " was refreshed behind its view");
        }
        StructLikeMap<List<LiveFile>> now = list(new ArrayList<>());
        for (StructLike partition : outdated) {
            List<LiveFile> listed = now.get(partition);
            if (listed == null) {
                files.remove(partition);
            } else {
                files.put(partition, listed);
            }
        }
        outdated.clear();
    }

    /** The writer's files of older partition specs, as of when the whole table was last read. */
    public List<LiveFile> olderFiles() {
        return olderFiles;
    }

    /** Files as runs. Reads their deletion vectors. */
    public Levels runs(List<LiveFile> some) {
        return LiveVectors.levels(some, table.io());
    }

    /** The bucket as the base snapshot has it. Reads its deletion vectors. */
    public Levels levels(StructLike partition) {
        if (outdated.contains(partition)) {
            listOutdated();
        }
        return LiveVectors.levels(files.getOrDefault(partition, List.of()), table.io());
    }
}
