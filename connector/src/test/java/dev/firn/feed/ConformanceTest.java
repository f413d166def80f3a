package dev.firn.feed;

import dev.firn.iceberg.ForeignWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.testframe.environment.MiniClusterTestEnvironment;
import org.apache.flink.connector.testframe.external.ExternalContextFactory;
import org.apache.flink.connector.testframe.external.ExternalSystemSplitDataWriter;
import org.apache.flink.connector.testframe.external.source.DataStreamSourceExternalContext;
import org.apache.flink.connector.testframe.external.source.TestingSourceSettings;
import org.apache.flink.connector.testframe.junit.annotations.TestContext;
import org.apache.flink.connector.testframe.junit.annotations.TestEnv;
import org.apache.flink.connector.testframe.junit.annotations.TestSemantics;
import org.apache.flink.connector.testframe.testsuites.SourceTestSuiteBase;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.types.Types.IntegerType;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StringType;

/** Flink's own suite for sources: savepoints, rescaling, failures, metrics, idle readers. */
class ConformanceTest extends SourceTestSuiteBase<String> {

    private static final int ROWS = 100;

    @TestEnv
    MiniClusterTestEnvironment flink = new MiniClusterTestEnvironment();

    @TestSemantics
    CheckpointingMode[] semantics = {CheckpointingMode.EXACTLY_ONCE};

    @TestContext
    @SuppressWarnings("UnusedVariable")
    ExternalContextFactory<TableContext> tables = name -> new TableContext();

    /** A table whose snapshots are what the suite calls splits: they add rows in the order of their keys. */
    static final class TableContext implements DataStreamSourceExternalContext<String> {

        private static final Schema SCHEMA = new Schema(
                List.of(
                        NestedField.required(1, "text", StringType.get()),
                        NestedField.optional(2, "length", IntegerType.get())),
                Set.of(1));

        private final Path directory;
        private final Table table;
        private final ForeignWriter writer;

        TableContext() {
            try {
                directory = Files.createTempDirectory("firn-conformance");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            table = new HadoopTables(new Configuration())
                    .create(
                            SCHEMA,
                            PartitionSpec.unpartitioned(),
                            Map.of("format-version", "3"),
                            directory.resolve("table").toString());
            writer = new ForeignWriter(table, new Random(1));
        }

        @Override
        public Source<String, ?, ?> createSource(TestingSourceSettings settings) {
            boolean bounded = settings.getBoundedness() == Boundedness.BOUNDED;
            return new TextSource(ChangeFeedSource.forRowData(TableLoader.fromHadoopTable(table.location()))
                    .config(FeedConfig.defaults()
                            .until(bounded ? new EndPoint.Latest() : new EndPoint.Unbounded())
                            .withHandover(Handover.AT_CHECKPOINT)
                            .withMonitorInterval(Duration.ofMillis(50)))
                    .build());
        }

        @Override
        public ExternalSystemSplitDataWriter<String> createSourceSplitDataWriter(TestingSourceSettings settings) {
            return new ExternalSystemSplitDataWriter<>() {

                @Override
                public void writeRecords(List<String> texts) {
                    writer.insert(texts.stream().map(TableContext::row).toList());
                }

                @Override
                public void close() {}
            };
        }

        private static Record row(String text) {
            GenericRecord row = GenericRecord.create(SCHEMA);
            row.setField("text", text);
            row.setField("length", text.length());
            return row;
        }

        @Override
        public List<String> generateTestData(TestingSourceSettings settings, int splitIndex, long seed) {
            return IntStream.range(0, ROWS)
                    .mapToObj(i -> "split-%02d-%d-row-%03d".formatted(splitIndex, seed, i))
                    .toList();
        }

        @Override
        public TypeInformation<String> getProducedType() {
            return Types.STRING;
        }

        @Override
        public List<URL> getConnectorJarPaths() {
            return List.of();
        }

        @Override
        public void close() throws IOException {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
