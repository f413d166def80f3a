package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.iceberg.Lanes;
import dev.firn.iceberg.RowPartitioner;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.StructLikeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
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

    /** Whoever owns a row's bucket owns the file of any spec that may hold an older version of it. */
    @RepeatedTest(20)
    void everyFileThatMayHoldAKeyHasTheOwnerOfTheKey(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        Map<Integer, PartitionSpec> specs = new HashMap<>();
        for (int id = 0; id < 1 + random.nextInt(4); id++) {
            PartitionSpec.Builder spec = PartitionSpec.builderFor(SCHEMA).withSpecId(id);
            switch (random.nextInt(4)) {
                case 0 -> spec.identity("region");
                case 1 -> spec.truncate("region", 1);
                default -> {}
            }
            if (random.nextInt(5) > 0) {
                spec.bucket("id", List.of(1, 2, 4, 6, 8).get(random.nextInt(5)));
            }
            specs.put(id, spec.build());
        }
        int present = specs.size() - 1;
        int subtasks = 1 + random.nextInt(5);
        BucketRouter routes = new BucketRouter(
                Objects.requireNonNull(specs.get(present)),
                SCHEMA,
                ROW_TYPE,
                Lanes.of(0, specs.keySet(), specs, SCHEMA.identifierFieldIds()));
        for (long id = 0; id < 200; id++) {
            RowData row = row("region " + id % 7, id);
            int owner = routes.partition(routes.getKey(row), subtasks);
            for (PartitionSpec spec : specs.values()) {
                RowPartitioner partition = new RowPartitioner(spec, SCHEMA, ROW_TYPE);
                partition.partition(row);
                DataFile file = DataFiles.builder(spec)
                        .withPath("file.parquet")
                        .withPartition(partition.copy())
                        .withFileSizeInBytes(1)
                        .withRecordCount(1)
                        .build();
                assertThat(routes.subtask(file, subtasks))
                        .as("%s of %s", file.partition(), spec)
                        .isEqualTo(owner);
                assertThat(routes.lane(file)).isEqualTo(routes.lane(partitionOf(row, specs.get(present))));
            }
        }
    }

    private static StructLike partitionOf(RowData row, PartitionSpec spec) {
        return new RowPartitioner(spec, SCHEMA, ROW_TYPE).partition(row);
    }

    @Test
    void moreBucketsThanOlderFilesHaveAreNotSpreadFurther() {
        PartitionSpec two =
                PartitionSpec.builderFor(SCHEMA).withSpecId(0).bucket("id", 2).build();
        PartitionSpec eight =
                PartitionSpec.builderFor(SCHEMA).withSpecId(1).bucket("id", 8).build();
        BucketRouter before = new BucketRouter(
                eight, SCHEMA, ROW_TYPE, Lanes.of(0, Set.of(0, 1), Map.of(0, two, 1, eight), Set.of(1, 2)));
        BucketRouter after =
                new BucketRouter(eight, SCHEMA, ROW_TYPE, Lanes.of(0, Set.of(1), Map.of(1, eight), Set.of(1, 2)));

        assertThat(before.hasOlderSpecs()).isTrue();
        assertThat(before.partitionsPerLane()).isEqualTo(4);
        assertThat(owners(before, 8)).hasSize(2);
        assertThat(after.hasOlderSpecs()).isFalse();
        assertThat(owners(after, 8)).hasSize(8);
    }

    private static Set<Integer> owners(BucketRouter routes, int subtasks) {
        return LongStream.range(0, 500)
                .mapToObj(id -> routes.partition(routes.getKey(row("north", id)), subtasks))
                .collect(Collectors.toSet());
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
