package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.feed.ChangeFeedSource;
import dev.firn.iceberg.PortableTable;
import dev.firn.iceberg.TableFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamGraphHasherV2;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Flink finds an operator's state by an id that follows from its uid. If this turns red, no savepoint of an earlier
 * version can be restored: give the operator the uid back that it had.
 */
class OperatorIdsTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final RowType COLUMNS = FlinkSchemaUtil.convert(TableFixture.SCHEMA);

    @TempDir
    Path disk;

    private PortableTable table;

    @BeforeEach
    void createTable() {
        table = PortableTable.create(disk, COLUMNS, List.of("id"));
    }

    @Test
    void operatorsOfASinkWithAUidHaveTheIdsThatTheyHad() throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.fromSource(
                        ChangeFeedSource.forRowData(table).build(),
                        WatermarkStrategy.noWatermarks(),
                        "rows",
                        InternalTypeInfo.of(COLUMNS))
                .uid("rows")
                .sinkTo(FirnSink.forRowData(table).build())
                .uid("firn");

        assertGolden("sink-operators.txt", env.getStreamGraph());
    }

    @Test
    void aFeedWithAUidHasTheIdThatItHad() throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.fromSource(
                        ChangeFeedSource.forRowData(table).build(),
                        WatermarkStrategy.noWatermarks(),
                        "feed",
                        InternalTypeInfo.of(COLUMNS))
                .uid("feed")
                .sinkTo(new DiscardingSink<>())
                .uid("nothing");

        assertGolden("feed-operators.txt", env.getStreamGraph());
    }

    private static void assertGolden(String name, StreamGraph graph) throws IOException {
        Map<Integer, byte[]> ids = new StreamGraphHasherV2().traverseStreamGraphAndGenerateHashes(graph);
        String operators = graph.getStreamNodes().stream()
                .map(node -> HexFormat.of().formatHex(ids.get(node.getId())) + " " + node.getOperatorName() + "\n")
                .sorted()
                .collect(Collectors.joining());
        Path golden = GOLDEN.resolve(name);
        if (Boolean.getBoolean("firn.golden.write") && Files.notExists(golden)) {
            Files.writeString(golden, operators);
        }
        assertThat(operators).isEqualTo(Files.readString(golden));
    }
}
