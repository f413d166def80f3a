package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.RowDataWrapper;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;

class RowPartitionerTest {

    private static final Schema SCHEMA = new Schema(
            List.of(
                    NestedField.required(1, "day", Types.DateType.get()),
                    NestedField.required(2, "id", Types.LongType.get()),
                    NestedField.required(3, "part", Types.IntegerType.get())),
            Set.of(1, 2, 3));
    private static final RowType ROW_TYPE = FlinkSchemaUtil.convert(SCHEMA);

    @Test
    void aBucketAloneIsThatOfIceberg() {
        for (int buckets : new int[] {1, 4, 7, 1_000}) {
            assertThat(isThatOfIceberg(spec().bucket("id", buckets).build())).isTrue();
            assertThat(isThatOfIceberg(spec().bucket("part", buckets).build())).isTrue();
        }
    }

    @Test
    void otherPartitionsHaveNoNumber() {
        assertThat(isThatOfIceberg(spec().bucket("day", 4).build())).isFalse();
        assertThat(isThatOfIceberg(spec().identity("id").build())).isFalse();
        assertThat(isThatOfIceberg(spec().identity("day").bucket("id", 4).build()))
                .isFalse();
    }

    @Test
    void aNullIsLeftToIceberg() {
        RowPartitioner partitioner = new RowPartitioner(spec().bucket("id", 4).build(), SCHEMA, ROW_TYPE);
        partitioner.partition(row(1));

        assertThat(partitioner.partition(GenericRowData.of(1, null, 1)).get(0, Integer.class))
                .isNull();
        assertThat(partitioner.bucketAlone()).isEqualTo(RowPartitioner.NONE);
    }

    /** Whether there are bucket numbers; asserts that all partitions are as Iceberg tells them. */
    private static boolean isThatOfIceberg(PartitionSpec spec) {
        RowPartitioner partitioner = new RowPartitioner(spec, SCHEMA, ROW_TYPE);
        PartitionKey expected = new PartitionKey(spec, SCHEMA);
        RowDataWrapper wrapper = new RowDataWrapper(ROW_TYPE, SCHEMA.asStruct());
        boolean numbered = true;
        for (long id : LongStream.concat(
                        LongStream.of(0, -1, Long.MIN_VALUE, Long.MAX_VALUE), new Random(1).longs(1_000))
                .toArray()) {
            RowData row = row(id);
            expected.partition(wrapper.wrap(row));
            StructLike partition = partitioner.partition(row);
            assertThat(partition).isEqualTo(expected);
            assertThat(partitioner.copy()).isEqualTo(expected);
            int bucket = partitioner.bucketAlone();
            numbered = numbered && bucket != RowPartitioner.NONE;
            if (bucket != RowPartitioner.NONE) {
                assertThat(bucket).isEqualTo(expected.get(0, Integer.class));
            }
        }
        return numbered;
    }

    private static PartitionSpec.Builder spec() {
        return PartitionSpec.builderFor(SCHEMA);
    }

    private static RowData row(long id) {
        return GenericRowData.of((int) id & 0xFFFF, id, (int) id);
    }
}
