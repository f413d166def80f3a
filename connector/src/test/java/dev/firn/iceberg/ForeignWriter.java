package dev.firn.iceberg;

import dev.firn.dv.DeletionVectors;
import dev.firn.dv.PositionSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.encryption.EncryptionKeyMetadata;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;

/**
 * Another engine at work on a table, through Iceberg's own interface: its files are unsorted, have names and no sort
 * order, and it knows nothing of Firn.
 */
public final class ForeignWriter {

    // Tables in memory share one directory.
    private static final AtomicInteger FILES = new AtomicInteger();

    private final Table table;
    private final Random random;
    private boolean sharing;

    /** @param random shuffles the rows of every file */
    public ForeignWriter(Table table, Random random) {
        this.table = table;
        this.random = random;
    }

    /** Puts the deletion vectors of each statement into one file, as Spark does. */
    public ForeignWriter sharingVectorFiles() {
        sharing = true;
        return this;
    }

    private record LiveRow(LiveFile file, long position, Record row) {}

    /** The data files of the current snapshot, in the order of their names. */
    public List<LiveFile> files() {
        table.refresh();
        return LiveFiles.of(table, table.currentSnapshot()).files().stream()
                .sorted((a, b) -> a.location().compareTo(b.location()))
                .toList();
    }

    /** A {@code DELETE … WHERE} that writes deletion vectors. */
    public void delete(Predicate<Record> which) {
        List<LiveRow> rows =
                rows(files()).stream().filter(row -> which.test(row.row())).toList();
        if (!rows.isEmpty()) {
            commit(killing(rows));
        }
    }

    /** A {@code DELETE … WHERE} of format version 2: a file of positions for each partition. */
    public void deleteByPosition(Predicate<Record> which) {
        Map<PartitionKey, List<LiveRow>> byPartition = new HashMap<>();
        PartitionKey partition = new PartitionKey(table.spec(), table.schema());
        InternalRecordWrapper wrapper = new InternalRecordWrapper(table.schema().asStruct());
        for (LiveRow row : rows(files())) {
            if (which.test(row.row())) {
                partition.partition(wrapper.wrap(row.row()));
                byPartition
                        .computeIfAbsent(partition.copy(), p -> new ArrayList<>())
                        .add(row);
            }
        }
        if (!byPartition.isEmpty()) {
            RowDelta delta = table.newRowDelta();
            byPartition.forEach((key, rows) -> delta.addDeletes(positions(key, rows)));
            commit(delta);
        }
    }

    private DeleteFile positions(PartitionKey partition, List<LiveRow> rows) {
        rows.sort(Comparator.comparing((LiveRow row) -> row.file().location()).thenComparing(LiveRow::position));
        EncryptedOutputFile file = EncryptedFiles.encryptedOutput(
                table.io().newOutputFile(newLocation("parquet")), EncryptionKeyMetadata.EMPTY);
        try {
            PositionDeleteWriter<Record> writer = Parquet.writeDeletes(file)
                    .createWriterFunc(GenericParquetWriter::create)
                    .withSpec(table.spec())
                    .withPartition(partition)
                    .buildPositionWriter();
            try (writer) {
                PositionDelete<Record> position = PositionDelete.create();
                rows.forEach(row -> writer.write(position.set(row.file().location(), row.position())));
            }
            return writer.toDeleteFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An {@code UPDATE … WHERE} that writes deletion vectors and new files. */
    public void update(Predicate<Record> which, UnaryOperator<Record> change) {
        List<LiveRow> rows =
                rows(files()).stream().filter(row -> which.test(row.row())).toList();
        if (!rows.isEmpty()) {
            RowDelta delta = killing(rows);
            write(rows.stream().map(row -> change.apply(row.row())).toList()).forEach(delta::addRows);
            commit(delta);
        }
    }

    /** An {@code UPDATE … WHERE} that rewrites every file it touches. */
    public void updateByCopying(Predicate<Record> which, UnaryOperator<Record> change) {
        List<LiveFile> touched = rows(files()).stream()
                .filter(row -> which.test(row.row()))
                .map(LiveRow::file)
                .distinct()
                .toList();
        if (!touched.isEmpty()) {
            OverwriteFiles overwrite = table.newOverwrite();
            touched.forEach(file -> overwrite.deleteFile(file.file()));
            write(rows(touched).stream()
                            .map(row -> which.test(row.row()) ? change.apply(row.row()) : row.row())
                            .toList())
                    .forEach(overwrite::addFile);
            commit(overwrite);
        }
    }

    /** An {@code INSERT}. */
    public void insert(List<Record> rows) {
        table.refresh();
        var append = table.newAppend();
        write(rows).forEach(append::appendFile);
        commit(append);
    }

    /** Replaces files by new ones with the same live rows. */
    public void rewrite(Collection<LiveFile> old) {
        if (!old.isEmpty()) {
            RewriteFiles rewrite = table.newRewrite();
            for (LiveFile file : old) {
                rewrite.deleteFile(file.file());
                DeleteFile vector = file.vector();
                if (vector != null) {
                    rewrite.deleteFile(vector);
                }
            }
            write(rows(old).stream().map(LiveRow::row).toList()).forEach(rewrite::addFile);
            commit(rewrite.validateFromSnapshot(
                    Objects.requireNonNull(table.currentSnapshot()).snapshotId()));
        }
    }

    /** Drops whole files. Returns the rows that were live in them. */
    public List<Record> drop(Collection<LiveFile> old) {
        List<Record> rows = rows(old).stream().map(LiveRow::row).toList();
        if (!old.isEmpty()) {
            var delete = table.newDelete();
            old.forEach(file -> delete.deleteFile(file.file()));
            commit(delete);
        }
        return rows;
    }

    /** Forgets every snapshot but the current one, and deletes what only they had. */
    public void expireSnapshots() {
        table.refresh();
        table.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    }

    private RowDelta killing(List<LiveRow> rows) {
        Map<LiveFile, PositionSet.Builder> dead = new HashMap<>();
        for (LiveRow row : rows) {
            dead.computeIfAbsent(row.file(), file -> LiveVectors.read(List.of(file), table.io()).of(file).toBuilder())
                    .add(row.position());
        }
        RowDelta delta = table.newRowDelta()
                .validateFromSnapshot(
                        Objects.requireNonNull(table.currentSnapshot()).snapshotId());
        List<DeletionVectors.Entry> entries = new ArrayList<>();
        dead.forEach((file, positions) -> {
            entries.add(new DeletionVectors.Entry(
                    file.location(),
                    Objects.requireNonNull(table.specs().get(file.file().specId())),
                    file.file().partition(),
                    positions.build()));
            DeleteFile vector = file.vector();
            if (vector != null) {
                delta.removeDeletes(vector);
            }
        });
        for (List<DeletionVectors.Entry> together :
                sharing ? List.of(entries) : entries.stream().map(List::of).toList()) {
            DeletionVectors.write(table.io().newOutputFile(newLocation("puffin")), together)
                    .forEach(delta::addDeletes);
        }
        return delta;
    }

    private void commit(SnapshotUpdate<?> update) {
        update.commit();
        table.refresh();
    }

    private List<LiveRow> rows(Collection<LiveFile> of) {
        List<LiveRow> rows = new ArrayList<>();
        for (LiveFile file : of) {
            PositionSet dead = LiveVectors.read(List.of(file), table.io()).of(file);
            try (CloseableIterable<Record> records = Parquet.read(table.io().newInputFile(file.file()))
                    .project(table.schema())
                    .createReaderFunc(type -> GenericParquetReaders.buildReader(table.schema(), type))
                    .build()) {
                long position = 0;
                for (Record row : records) {
                    if (!dead.contains(position)) {
                        rows.add(new LiveRow(file, position, row));
                    }
                    position++;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return rows;
    }

    private List<DataFile> write(List<Record> rows) {
        List<Record> shuffled = new ArrayList<>(rows);
        Collections.shuffle(shuffled, random);
        Map<PartitionKey, List<Record>> byPartition = new HashMap<>();
        PartitionKey partition = new PartitionKey(table.spec(), table.schema());
        InternalRecordWrapper wrapper = new InternalRecordWrapper(table.schema().asStruct());
        for (Record row : shuffled) {
            partition.partition(wrapper.wrap(row));
            byPartition
                    .computeIfAbsent(partition.copy(), p -> new ArrayList<>())
                    .add(row);
        }
        List<DataFile> written = new ArrayList<>();
        byPartition.forEach((key, of) -> written.add(write(key, of)));
        return written;
    }

    private DataFile write(PartitionKey partition, List<Record> rows) {
        EncryptedOutputFile file = EncryptedFiles.encryptedOutput(
                table.io().newOutputFile(newLocation("parquet")), EncryptionKeyMetadata.EMPTY);
        try {
            DataWriter<Record> writer = Parquet.writeData(file)
                    .schema(table.schema())
                    .createWriterFunc(GenericParquetWriter::create)
                    .withSpec(table.spec())
                    .withPartition(partition)
                    .build();
            try (writer) {
                rows.forEach(writer::write);
            }
            return writer.toDataFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String newLocation(String extension) {
        return table.locationProvider().newDataLocation("foreign-" + FILES.incrementAndGet() + "." + extension);
    }
}
