package dev.firn.benchmarks.contest;

import dev.firn.benchmarks.LocalFileIO;
import dev.firn.benchmarks.workload.RowMaker;
import dev.firn.benchmarks.workload.Workload;
import dev.firn.feed.ChangeFeedSource;
import dev.firn.feed.EndPoint;
import dev.firn.feed.FeedConfig;
import dev.firn.feed.StartPoint;
import dev.firn.iceberg.TableDefinition;
import dev.firn.iceberg.TableProvisioner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.flink.CatalogLoader;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.flink.source.IcebergSource;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;

/** A warehouse on the local disk with one table. */
final class Lake {

    private static final TableIdentifier TABLE = TableIdentifier.of("db", "t");
    private static final Map<String, String> PROPERTIES = Map.of("format-version", "3");

    private final Path directory;

    Lake(Path directory) {
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    /** Beside the table: what a contestant keeps on the local disk, and may lose. */
    Path local() {
        return directory.resolveSibling(directory.getFileName() + "-local");
    }

    /** Whether the table has identifier fields. */
    enum Identity {
        KEYED,
        NONE
    }

    void create(Schema schema, PartitionSpec spec) {
        catalogLoader().loadCatalog().createTable(TABLE, schema, spec, PROPERTIES);
    }

    /** A table as Firn makes it. */
    void provision(RowType columns, List<String> key, List<String> partitions) {
        TableDefinition definition =
                new TableDefinition(columns, key, partitions, TableDefinition.Bucketing.DEFAULT, Map.of());
        TableProvisioner.of(catalogLoader().loadCatalog()).createIfMissing(TABLE, definition);
    }

    private CatalogLoader catalogLoader() {
        return CatalogLoader.hadoop(
                "lake",
                new Configuration(),
                Map.of(
                        CatalogProperties.WAREHOUSE_LOCATION, directory.toString(),
                        CatalogProperties.FILE_IO_IMPL, LocalFileIO.class.getName()));
    }

    /** The current snapshot, through Iceberg's connector for Flink. */
    DataStream<RowData> scan(StreamExecutionEnvironment environment) {
        RowType columns = FlinkSchemaUtil.convert(load().schema());
        return environment.fromSource(
                IcebergSource.forRowData().tableLoader(loader()).build(),
                WatermarkStrategy.noWatermarks(),
                "Scan",
                InternalTypeInfo.of(columns));
    }

    /** Every change that the table's snapshots tell of, with the rows as they were before. */
    ChangeFeedSource history() {
        return feed(new EndPoint.Latest());
    }

    /** What comes into the table, as it comes, looked for ten times a second. */
    ChangeFeedSource news() {
        return feed(new EndPoint.Unbounded());
    }

    private ChangeFeedSource feed(EndPoint end) {
        return ChangeFeedSource.forRowData(loader())
                .config(FeedConfig.defaults()
                        .from(new StartPoint.Earliest())
                        .until(end)
                        .withMonitorInterval(Duration.ofMillis(100)))
                .build();
    }

    static Schema schema(Workload.Rows rows, Identity identity) {
        List<Types.NestedField> columns = FlinkSchemaUtil.convert(
                        FlinkSchemaUtil.toResolvedSchema(RowMaker.rowType(rows)))
                .columns();
        Schema plain = new Schema(columns);
        return identity == Identity.NONE
                ? plain
                : new Schema(
                        columns,
                        RowMaker.keyColumns(rows).stream()
                                .map(name -> plain.findField(name).fieldId())
                                .collect(Collectors.toSet()));
    }

    TableLoader loader() {
        return TableLoader.fromCatalog(catalogLoader(), TABLE);
    }

    /** The table as it is now. */
    Table load() {
        try (TableLoader loader = loader()) {
            loader.open();
            return loader.loadTable();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Footprint footprint() {
        long bytes = 0;
        long files = 0;
        Set<String> deletes = new HashSet<>();
        try (CloseableIterable<FileScanTask> tasks = load().newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                bytes += task.file().fileSizeInBytes();
                files++;
                for (DeleteFile delete : task.deletes()) {
                    if (deletes.add(delete.location() + "@" + delete.contentOffset())) {
                        bytes += delete.contentSizeInBytes() == null
                                ? delete.fileSizeInBytes()
                                : delete.contentSizeInBytes();
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Footprint(bytes, files, deletes.size());
    }

    /** Bytes of all such files that were ever written and not taken back. */
    long bytesOf(Predicate<Path> which) {
        return bytes(directory, which);
    }

    /** Bytes of the local disk that are in use. */
    long localBytes() {
        return Files.exists(local()) ? bytes(local(), file -> true) : 0;
    }

    private static long bytes(Path folder, Predicate<Path> which) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(which)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
