package dev.firn.sink;

import dev.firn.benchmarks.SampleTable;
import dev.firn.benchmarks.StoreFileIO;
import dev.firn.benchmarks.workload.Change;
import dev.firn.benchmarks.workload.RowMaker;
import dev.firn.benchmarks.workload.Workload;
import dev.firn.dv.DeletionVectors;
import dev.firn.dv.PositionSet;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.RowPartitioner;
import dev.firn.iceberg.TableDefinition;
import dev.firn.iceberg.TableProvisioner;
import dev.firn.run.LevelProfiles;
import dev.firn.run.RunFormat;
import dev.firn.run.RunWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.types.RowKind;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.flink.CatalogLoader;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.io.OutputFileFactory;

/**
 * A table of narrow rows on the local disk, as it is after years of compaction: files of full size, disjoint and
 * sorted, every third of which has lost some rows. Written without a sink, in the order of the keys, and with little
 * memory.
 */
final class StoredTable {

    private static final TableIdentifier TABLE = TableIdentifier.of("db", "t");
    private static final int DEEP_LEVEL = 2;
    private static final int FILES_PER_VECTOR = 3;
    private static final int ROWS_PER_DEAD_ONE = 20;

    private final Path warehouse;
    private final Workload.Rows rows;
    private final long keys;
    private final RowMaker maker;

    /** @param keys how many rows are written */
    StoredTable(Path warehouse, Workload.KeyShape key, long keys) {
        this.warehouse = warehouse;
        this.rows = new Workload.Rows(key, Workload.Payload.NARROW, false);
        this.keys = keys;
        this.maker = new RowMaker(rows, keys);
    }

    private CatalogLoader catalog() {
        return CatalogLoader.hadoop(
                "restore",
                new Configuration(),
                Map.of(
                        CatalogProperties.WAREHOUSE_LOCATION,
                        warehouse.toString(),
                        CatalogProperties.FILE_IO_IMPL,
                        StoreFileIO.class.getName()));
    }

    TableLoader loader() {
        return TableLoader.fromCatalog(catalog(), TABLE);
    }

    /** An update of any of the rows. */
    RowData update(Random random) {
        long key = (long) (random.nextDouble() * keys);
        return withKey(maker.row(new Change(RowKind.UPDATE_AFTER, key, keys + 1)), SampleTable.mixed(key));
    }

    /** @param half of a UUID, and the other one follows from it */
    private RowData withKey(RowData row, long half) {
        if (rows.key() == Workload.KeyShape.UUID) {
            ((GenericRowData) row)
                    .setField(0, StringData.fromString(new UUID(half, SampleTable.mixed(half)).toString()));
        }
        return row;
    }

    /** @return the data files */
    List<DataFile> create() throws IOException {
        TableProvisioner.of(catalog().loadCatalog())
                .createIfMissing(
                        TABLE,
                        new TableDefinition(
                                RowMaker.rowType(rows),
                                RowMaker.keyColumns(rows),
                                List.of(),
                                TableDefinition.Bucketing.DEFAULT,
                                Map.of()));
        List<DataFile> files;
        try (FirnTable table = FirnTable.open(loader())) {
            files = new Filling(table).fill();
        }
        Table table = catalog().loadCatalog().loadTable(TABLE);
        AppendFiles append = table.newAppend();
        files.forEach(append::appendFile);
        append.commit();
        kill(table, files);
        return files;
    }

    /** Writes all buckets side by side, each file after the one before. */
    private final class Filling {

        private final FirnTable table;
        private final RunFormat format;
        private final RowPartitioner partitioner;
        private final Map<StructLike, RunWriter<RowData>> open = new HashMap<>();
        private final List<DataFile> files = new ArrayList<>();

        Filling(FirnTable table) {
            this.table = table;
            this.format = LevelProfiles.defaults().format(table.format(), DEEP_LEVEL);
            this.partitioner = table.partitioner();
        }

        List<DataFile> fill() throws IOException {
            if (rows.key() == Workload.KeyShape.UUID) {
                long[] halves = new long[Math.toIntExact(keys)];
                // Of unsigned numbers, which is how text sorts.
                Arrays.setAll(halves, key -> SampleTable.mixed(key) ^ Long.MIN_VALUE);
                Arrays.sort(halves);
                for (int i = 0; i < halves.length; i++) {
                    add(withKey(row(i), halves[i] ^ Long.MIN_VALUE));
                }
            } else {
                for (long key = 0; key < keys; key++) {
                    add(row(key));
                }
            }
            for (RunWriter<RowData> writer : open.values()) {
                files.add(writer.finish());
            }
            return files;
        }

        private RowData row(long key) {
            return maker.row(new Change(RowKind.INSERT, key, SampleTable.mixed(key) >>> 1));
        }

        private void add(RowData row) throws IOException {
            StructLike partition = partitioner.partition(row);
            RunWriter<RowData> writer = open.get(partition);
            if (writer == null) {
                StructLike copy = partitioner.copy();
                writer = RunWriter.open(
                        format,
                        table.io(),
                        table.runFiles(copy, 0, "stored-" + files.size() + "-" + open.size())
                                .apply(DEEP_LEVEL),
                        table.spec(),
                        copy);
                open.put(copy, writer);
            }
            writer.append(row);
            if (writer.bytes() >= table.targetFileBytes()) {
                files.add(writer.finish());
                open.remove(partition);
            }
        }
    }

    private static void kill(Table table, List<DataFile> files) {
        RowDelta delta = table.newRowDelta();
        OutputFileFactory vectors = OutputFileFactory.builderFor(table, 0, 1)
                .format(FileFormat.PUFFIN)
                .build();
        for (int i = 0; i < files.size(); i += FILES_PER_VECTOR) {
            DataFile file = files.get(i);
            PositionSet.Builder dead = PositionSet.builder();
            for (long position = 0; position < file.recordCount(); position += ROWS_PER_DEAD_ONE) {
                dead.add(position);
            }
            DeletionVectors.write(
                            vectors.newOutputFile().encryptingOutputFile(),
                            List.of(new DeletionVectors.Entry(
                                    file.location(), table.spec(), file.partition(), dead.build())))
                    .forEach(delta::addDeletes);
        }
        delta.commit();
    }
}
