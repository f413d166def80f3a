package dev.firn.benchmarks.contest;

import dev.firn.benchmarks.workload.RowMaker;
import dev.firn.benchmarks.workload.Workload;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.paimon.catalog.Catalog;
import org.apache.paimon.catalog.CatalogContext;
import org.apache.paimon.catalog.CatalogFactory;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.flink.LogicalTypeConversion;
import org.apache.paimon.flink.sink.FlinkSinkBuilder;
import org.apache.paimon.flink.source.FlinkSourceBuilder;
import org.apache.paimon.fs.Path;
import org.apache.paimon.io.DataFileMeta;
import org.apache.paimon.schema.Schema;
import org.apache.paimon.table.Table;
import org.apache.paimon.table.source.DataSplit;
import org.apache.paimon.table.source.DeletionFile;
import org.apache.paimon.table.source.Split;

/** Apache Paimon's primary key table. */
final class PaimonContestant implements Contestant {

    private static final Identifier TABLE = Identifier.create("db", "t");

    /** As many buckets as Firn has; and snapshots stay, or what they held would go uncounted. */
    private static final Map<String, String> OPTIONS = Map.of(
            "bucket",
            "4",
            "file.format",
            "parquet",
            "snapshot.num-retained.min",
            "100000",
            "snapshot.time-retained",
            "30 d");

    private final Map<String, String> options;

    private PaimonContestant(Map<String, String> options) {
        this.options = new HashMap<>(OPTIONS);
        this.options.putAll(options);
    }

    /** Readers merge. */
    static PaimonContestant mergeOnRead() {
        return new PaimonContestant(Map.of());
    }

    /** Readers skip what deletion vectors say. */
    static PaimonContestant deletionVectors() {
        return new PaimonContestant(Map.of("deletion-vectors.enabled", "true"));
    }

    /** Deletion vectors, and files that hold the changelog. */
    static PaimonContestant deletionVectorsAndChangelog() {
        return new PaimonContestant(Map.of("deletion-vectors.enabled", "true", "changelog-producer", "lookup"));
    }

    @Override
    @SuppressWarnings("try")
    public void create(Lake lake, Workload workload) {
        RowType type = RowMaker.rowType(workload.rows());
        Schema.Builder schema = Schema.newBuilder()
                .primaryKey(RowMaker.keyColumns(workload.rows()))
                .partitionKeys(workload.rows().byDay() ? List.of("day") : List.of())
                .options(options);
        for (RowType.RowField field : type.getFields()) {
            schema.column(field.getName(), LogicalTypeConversion.toDataType(field.getType()));
        }
        try (Catalog catalog = catalog(lake)) {
            catalog.createDatabase(TABLE.getDatabaseName(), true);
            catalog.createTable(TABLE, schema.build(), false);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Catalog catalog(Lake lake) {
        return CatalogFactory.createCatalog(
                CatalogContext.create(new Path(lake.directory().toUri())));
    }

    @SuppressWarnings("try")
    private static Table load(Lake lake) {
        try (Catalog catalog = catalog(lake)) {
            return catalog.getTable(TABLE);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void write(DataStream<RowData> changes, Lake lake, Workload workload) {
        new FlinkSinkBuilder(load(lake))
                .forRowData(changes)
                .parallelism(workload.lanes())
                .build();
    }

    @Override
    public DataStream<RowData> scan(StreamExecutionEnvironment environment, Lake lake) {
        return new FlinkSourceBuilder(load(lake))
                .env(environment)
                .sourceBounded(true)
                .build();
    }

    @Override
    public Footprint footprint(Lake lake) {
        long bytes = 0;
        long files = 0;
        Set<String> deletes = new HashSet<>();
        for (Split split : load(lake).newReadBuilder().newScan().plan().splits()) {
            DataSplit data = (DataSplit) split;
            for (DataFileMeta file : data.dataFiles()) {
                bytes += file.fileSize();
                files++;
            }
            for (DeletionFile delete : data.deletionFiles().orElse(List.of())) {
                if (delete != null) {
                    bytes += delete.length();
                    deletes.add(delete.path());
                }
            }
        }
        return new Footprint(bytes, files, deletes.size());
    }
}
