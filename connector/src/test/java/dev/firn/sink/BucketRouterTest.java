package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.iceberg.Lanes;
import dev.firn.iceberg.RowPartitioner;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.StructLikeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketRouterTest {

    private static final Schema SCHEMA = new Schema(
            List.of(
                    NestedField.required(1, "region", Types.StringType.get()),
                    NestedField.required(2, "id", Types.LongType.get())),
            Set.of(1, 2));
    private static final PartitionSpec SPEC =
            PartitionSpec.builderFor(SCHEMA).identity("region").bucket("id", 12).build();
    private static final RowType ROW_TYPE = FlinkSchemaUtil.convert(SCHEMA);

    private final BucketRouter router = router(SPEC);
    private final RowPartitioner partitioner = new RowPartitioner(SPEC, SCHEMA, ROW_TYPE);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 12, 40})
    void everyBucketHasExactlyOneSubtask(int subtasks) {
        StructLikeMap<Integer> owners = StructLikeMap.create(SPEC.partitionType());
        for (String region : List.of("north", "south", "")) {
            for (long id = 0; id < 500; id++) {
                RowData row = row(region, id);
                int subtask = router.partition(router.getKey(row), subtasks);
                StructLike partition = partitioner.partition(row);
                assertThat(subtask).isBetween(0, subtasks - 1);
                assertThat(subtask).isEqualTo(router.subtask(partition, subtasks));
                Integer before = owners.put(partitioner.copy(), subtask);
                assertThat(before == null || before == subtask).isTrue();
            }
        }
        assertThat(owners).hasSize(36);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 6, 12})
    void theBucketsOfAPartitionSpreadEvenly(int subtasks) {
        for (String region : List.of("north", "south", "")) {
            Map<Integer, Set<Integer>> buckets = new HashMap<>();
            for (long id = 0; id < 500; id++) {
                RowData row = row(region, id);
                int bucket = partitioner.partition(row).get(1, Integer.class);
                buckets.computeIfAbsent(router.partition(router.getKey(row), subtasks), s -> new HashSet<>())
                        .add(bucket);
            }
            assertThat(buckets).hasSize(subtasks);
            assertThat(buckets.values()).allMatch(owned -> owned.size() == 12 / subtasks);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 8})
    void manyPartitionsOfOneBucketSpreadToo(int subtasks) {
        PartitionSpec single = PartitionSpec.builderFor(SCHEMA)
                .identity("region")
                .bucket("id", 1)
                .build();
        BucketRouter singles = router(single);
        Map<Integer, Integer> counts = new TreeMap<>();
        IntStream.range(0, 400)
                .forEach(i -> counts.merge(
                        singles.partition(singles.getKey(row("region " + i, 1)), subtasks), 1, Integer::sum));

        assertThat(counts).hasSize(subtasks);
        assertThat(counts.values()).allMatch(count -> count > 200 / subtasks);
    }

    private static BucketRouter router(PartitionSpec spec) {
        return new BucketRouter(
                spec,
                SCHEMA,
                ROW_TYPE,
                Lanes.of(0, Set.of(spec.specId()), Map.of(spec.specId(), spec), SCHEMA.identifierFieldIds()));
    }

    private static RowData row(String region, long id) {
        return GenericRowData.of(StringData.fromString(region), id);
    }
}
