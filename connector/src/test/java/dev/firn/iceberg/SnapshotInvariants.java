package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.ContentFileUtil;

/** What must hold in every snapshot, seen through Iceberg's own reader and manifests. */
public final class SnapshotInvariants {

    private SnapshotInvariants() {}

    /** Checks a snapshot and returns its rows by key. */
    public static <K extends Comparable<K>> SortedMap<K, Record> rows(
            Table table, Snapshot snapshot, Function<Record, K> key) {
        deletionVectorsBelongToLiveFiles(table, snapshot, 0);
        return uniqueRows(table, snapshot, key);
    }

    /**
     * As {@link #rows}, in a table that others write to as well: the deletion vectors that they left behind for files
     * that they dropped are not looked at.
     */
    public static <K extends Comparable<K>> SortedMap<K, Record> rowsOfSharedTable(
            Table table, Snapshot snapshot, Function<Record, K> key) {
        deletionVectorsBelongToLiveFiles(table, snapshot, snapshot.sequenceNumber());
        return uniqueRows(table, snapshot, key);
    }

    /** The rows of a snapshot by key, whatever its deletes are. */
    public static <K extends Comparable<K>> SortedMap<K, Record> rowsOfAdoptedTable(
            Table table, Snapshot snapshot, Function<Record, K> key) {
        return uniqueRows(table, snapshot, key);
    }

    /** A compaction leaves every row with its id and with the sequence number of its last change. */
    public static <K extends Comparable<K>> void compactionKeepsLineage(
            Table table, Snapshot snapshot, Function<Record, K> key) {
        if (snapshot.operation().equals(DataOperations.REPLACE)) {
            Snapshot parent = Objects.requireNonNull(table.snapshot(Objects.requireNonNull(snapshot.parentId())));
            assertThat(lineage(table, snapshot, key))
                    .as("row ids and sequence numbers after the compaction %s", snapshot.summary())
                    .isEqualTo(lineage(table, parent, key));
        }
    }

    private static <K extends Comparable<K>> SortedMap<K, List<Object>> lineage(
            Table table, Snapshot snapshot, Function<Record, K> key) {
        SortedMap<K, List<Object>> lineage = new TreeMap<>();
        Schema rows = MetadataColumns.schemaWithRowLineage(table.schema());
        try (CloseableIterable<Record> records = IcebergGenerics.read(table)
                .useSnapshot(snapshot.snapshotId())
                .project(rows)
                .build()) {
            for (Record record : records) {
                lineage.put(
                        key.apply(record),
                        List.of(
                                record.getField(MetadataColumns.ROW_ID.name()),
                                record.getField(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER.name())));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lineage;
    }

    private static <K extends Comparable<K>> SortedMap<K, Record> uniqueRows(
            Table table, Snapshot snapshot, Function<Record, K> key) {
        TreeMap<K, Record> rows = new TreeMap<>();
        try (CloseableIterable<Record> records =
                IcebergGenerics.read(table).useSnapshot(snapshot.snapshotId()).build()) {
            for (Record record : records) {
                assertThat(rows.put(key.apply(record), record))
                        .as("second live row of key %s in snapshot %s", key.apply(record), snapshot.snapshotId())
                        .isNull();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    /** @param addedFrom looks at the vectors that were added by commits from this sequence number on */
    private static void deletionVectorsBelongToLiveFiles(Table table, Snapshot snapshot, long addedFrom) {
        Set<String> liveFiles = new HashSet<>();
        for (ManifestFile manifest : snapshot.dataManifests(table.io())) {
            try (ManifestReader<DataFile> files = ManifestFiles.read(manifest, table.io(), table.specs())) {
                files.forEach(file -> liveFiles.add(file.location()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        List<String> referenced = new ArrayList<>();
        for (ManifestFile manifest : snapshot.deleteManifests(table.io())) {
            try (ManifestReader<DeleteFile> deletes =
                    ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
                for (DeleteFile delete : deletes) {
                    assertThat(ContentFileUtil.isDV(delete))
                            .as("%s is a deletion vector", delete.location())
                            .isTrue();
                    if (delete.fileSequenceNumber() >= addedFrom) {
                        referenced.add(delete.referencedDataFile());
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        assertThat(referenced).doesNotHaveDuplicates();
        assertThat(liveFiles).containsAll(referenced);
    }
}
