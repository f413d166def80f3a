package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.dv.DeletionVectors;
import dev.firn.dv.DeletionVectors.Entry;
import dev.firn.dv.PositionSet;
import dev.firn.run.RunFile;
import dev.firn.run.RunFormat;
import dev.firn.run.RunWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Iceberg does with deletion vectors, as far as the commit protocol rests on it. */
class DeletionVectorFactsTest {

    private static final Schema SCHEMA = new Schema(
            List.of(
                    Types.NestedField.required(1, "id", Types.LongType.get()),
                    Types.NestedField.optional(2, "name", Types.StringType.get())),
            Set.of(1));

    private final InMemoryCatalog catalog = new InMemoryCatalog();
    private Table table;
    private OutputFileFactory runs;
    private OutputFileFactory puffins;

    @BeforeEach
    void createTable() {
        catalog.initialize("facts", Map.of());
        catalog.createNamespace(Namespace.of("db"));
        table = catalog.buildTable(TableIdentifier.of("db", "t"), SCHEMA)
                .withProperty("format-version", "3")
                .withSortOrder(SortOrder.builderFor(SCHEMA).asc("id").build())
                .create();
        runs = OutputFileFactory.builderFor(table, 0, 1)
                .format(FileFormat.PARQUET)
                .suffix(RunFile.suffix(0))
                .build();
        puffins = OutputFileFactory.builderFor(table, 0, 1)
                .format(FileFormat.PUFFIN)
                .build();
    }

    @AfterEach
    void closeCatalog() throws IOException {
        catalog.close();
    }

    @Test
    void aVectorOnAFileOfTheSameCommitApplies() throws IOException {
        DataFile file = run(0, 5);
        table.newRowDelta()
                .addRows(file)
                .addDeletes(vectors(entry(file, 1, 4)).get(0))
                .commit();

        assertThat(ids()).containsExactly(0L, 2L, 3L);
        assertThat(table.currentSnapshot().operation()).isEqualTo("overwrite");
        assertThat(RunFile.of(file).level()).isZero();
        assertThat(file.sortOrderId()).isEqualTo(table.sortOrder().orderId());
    }

    @Test
    void oneFilesSecondVectorIsAcceptedAndBreaksEveryRead() throws IOException {
        DataFile file = committed(run(0, 5));
        long base = addDeletes(entry(file, 1));
        table.newRowDelta()
                .validateFromSnapshot(base)
                .addDeletes(vectors(entry(file, 1, 2)).get(0))
                .commit();

        assertThatThrownBy(this::ids)
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("Can't index multiple DVs");
    }

    @Test
    void aVectorIsReplacedInOneCommitValidatedFromItsBase() throws IOException {
        DataFile file = committed(run(0, 5));
        DeleteFile first = vectors(entry(file, 1)).get(0);
        table.newRowDelta().addDeletes(first).commit();
        long base = table.currentSnapshot().snapshotId();
        PositionSet union =
                DeletionVectors.read(table.io(), first, file.location()).union(PositionSet.of(3));
        DeleteFile second =
                vectors(new Entry(file.location(), table.spec(), null, union)).get(0);

        assertThatThrownBy(() -> replace(first, second).commit())
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("Found concurrently added DV");

        replace(first, second)
                .validateFromSnapshot(base)
                .validateDataFilesExist(List.of(file.location()))
                .validateDeletedFiles()
                .validateNoConflictingDeleteFiles()
                .commit();
        assertThat(ids()).containsExactly(0L, 2L, 4L);
        SnapshotChanges changes = SnapshotChanges.builderFor(table).build();
        assertThat(changes.removedDeleteFiles()).hasSize(1);
        assertThat(changes.addedDeleteFiles()).hasSize(1);
    }

    @Test
    void aVectorIsRemovedByPathOffsetAndSizeAlone() throws IOException {
        DataFile file = committed(run(0, 5));
        DataFile other = committed(run(10, 15));
        List<DeleteFile> both = vectors(entry(file, 1), entry(other, 2));
        RowDelta delta = table.newRowDelta();
        both.forEach(delta::addDeletes);
        delta.commit();
        assertThat(ids()).containsExactlyInAnyOrder(0L, 2L, 3L, 4L, 10L, 11L, 13L, 14L);
        long base = table.currentSnapshot().snapshotId();
        DeleteFile vector = both.stream()
                .filter(dv -> file.location().equals(dv.referencedDataFile()))
                .findFirst()
                .orElseThrow();
        long offset = vector.contentOffset();

        assertThatThrownBy(() -> table.newRowDelta()
                        .removeDeletes(twin(vector, offset + 1))
                        .validateFromSnapshot(base)
                        .validateDeletedFiles()
                        .commit())
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("Missing required files to delete");

        table.newRowDelta()
                .removeDeletes(twin(vector, offset))
                .validateFromSnapshot(base)
                .validateDeletedFiles()
                .commit();
        assertThat(ids()).containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 10L, 11L, 13L, 14L);
    }

    @Test
    void removingAVectorThatIsNotLiveGoesUnnoticedUnlessDeletedFilesAreValidated() throws IOException {
        DataFile file = committed(run(0, 5));
        DeleteFile stale = vectors(entry(file, 1)).get(0);
        DeleteFile live = vectors(entry(file, 2)).get(0);
        table.newRowDelta().addDeletes(live).commit();
        long base = table.currentSnapshot().snapshotId();
        DeleteFile next = vectors(entry(file, 1, 2)).get(0);

        assertThatThrownBy(() -> replace(stale, next)
                        .validateFromSnapshot(base)
                        .validateDeletedFiles()
                        .commit())
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("Missing required files to delete");
        replace(stale, next).validateFromSnapshot(base).commit();
        assertThatThrownBy(this::ids).hasMessageContaining("Can't index multiple DVs");
    }

    @Test
    void removingADataFileDropsItsVector() throws IOException {
        DataFile file = committed(run(0, 5));
        committed(run(10, 12));
        long base = addDeletes(entry(file, 1));
        table.newRowDelta().removeRows(file).validateFromSnapshot(base).commit();

        assertThat(ids()).containsExactly(10L, 11L);
        assertThat(table.currentSnapshot().summary()).containsEntry("total-delete-files", "0");
    }

    @Test
    void removedAndAddedVectorsOfOneCommitMayShareTheirFileWithOthers() throws IOException {
        DataFile file = committed(run(0, 5));
        DataFile other = committed(run(10, 15));
        List<DeleteFile> firsts = vectors(entry(file, 1), entry(other, 1));
        RowDelta delta = table.newRowDelta();
        firsts.forEach(delta::addDeletes);
        delta.commit();
        long base = table.currentSnapshot().snapshotId();

        List<DeleteFile> seconds = vectors(entry(file, 1, 2), entry(other, 1, 2, 3));
        RowDelta replacement = table.newRowDelta();
        firsts.forEach(replacement::removeDeletes);
        seconds.forEach(replacement::addDeletes);
        replacement
                .addRows(run(20, 21))
                .validateFromSnapshot(base)
                .validateDeletedFiles()
                .commit();
        assertThat(ids()).containsExactlyInAnyOrder(0L, 3L, 4L, 10L, 14L, 20L);
    }

    private RowDelta replace(DeleteFile first, DeleteFile second) {
        return table.newRowDelta().removeDeletes(first).addDeletes(second);
    }

    /** A delete file that was built anew, with all that identifies the vector but the data file that it refers to. */
    private DeleteFile twin(DeleteFile vector, long offset) {
        return FileMetadata.deleteFileBuilder(table.spec())
                .ofPositionDeletes()
                .withFormat(FileFormat.PUFFIN)
                .withPath(vector.location())
                .withFileSizeInBytes(vector.fileSizeInBytes())
                .withReferencedDataFile("elsewhere.parquet")
                .withContentOffset(offset)
                .withContentSizeInBytes(vector.contentSizeInBytes())
                .withRecordCount(99)
                .build();
    }

    private long addDeletes(Entry entry) {
        table.newRowDelta().addDeletes(vectors(entry).get(0)).commit();
        return table.currentSnapshot().snapshotId();
    }

    private List<DeleteFile> vectors(Entry... entries) {
        return DeletionVectors.write(puffins, List.of(entries));
    }

    private Entry entry(DataFile file, long... dead) {
        return new Entry(file.location(), table.spec(), null, PositionSet.of(dead));
    }

    private DataFile committed(DataFile file) {
        table.newAppend().appendFile(file).commit();
        return file;
    }

    private DataFile run(long fromId, long toId) throws IOException {
        RunFormat format = RunFormat.of(
                table.schema(),
                FlinkSchemaUtil.convert(table.schema()),
                List.of("id"),
                table.sortOrder(),
                table.properties());
        try (RunWriter<RowData> writer = RunWriter.open(format, table.io(), runs.newOutputFile(), table.spec(), null)) {
            for (long id = fromId; id < toId; id++) {
                writer.append(GenericRowData.of(id, StringData.fromString("name " + id)));
            }
            return writer.finish();
        }
    }

    private List<Long> ids() throws IOException {
        List<Long> ids = new ArrayList<>();
        try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
            for (Record record : records) {
                long id = (Long) record.getField("id");
                assertThat(record.getField("name")).isEqualTo("name " + id);
                ids.add(id);
            }
        }
        return ids;
    }
}
