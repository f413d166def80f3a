package dev.firn.sink;

import dev.firn.iceberg.RowPartitioner;
import org.apache.flink.api.common.functions.Partitioner;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.JavaHash;
import org.jspecify.annotations.Nullable;

/**
 * Sends each row to the one writer subtask that owns its bucket. The buckets of one partition go to neighbouring
 * subtasks, so that they spread evenly.
 */
final class BucketRouter implements KeySelector<RowData, Integer>, Partitioner<Integer> {

    private final PartitionSpec spec;
    private final Schema schema;
    private final RowType rowType;
    private final int bucketPosition;
    private transient @Nullable RowPartitioner partitioner;

    /** @param bucketPosition of the bucket field in {@code spec} */
    BucketRouter(PartitionSpec spec, Schema schema, RowType rowType, int bucketPosition) {
        this.spec = spec;
        this.schema = schema;
        this.rowType = rowType;
        this.bucketPosition = bucketPosition;
    }

    @Override
    public Integer getKey(RowData row) {
        if (partitioner == null) {
            partitioner = new RowPartitioner(spec, schema, rowType);
        }
        return route(partitioner.partition(row));
    }

    @Override
    public int partition(Integer route, int subtasks) {
        return Math.floorMod(route, subtasks);
    }

    /** The subtask that owns a partition. */
    int subtask(StructLike partition, int subtasks) {
        return partition(route(partition), subtasks);
    }

    private int route(StructLike partition) {
        int route = 0;
        JavaHash<Object> hash = null;
        for (int field = 0; field < partition.size(); field++) {
            if (field != bucketPosition) {
                hash = JavaHash.forType(spec.partitionType().fields().get(field).type());
                Object value = partition.get(field, Object.class);
                route = 31 * route + (value == null ? 0 : hash.hash(value));
            }
        }
        return route + partition.get(bucketPosition, Integer.class);
    }
}
