package dev.firn.iceberg;

import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.flink.RowDataWrapper;
import org.jspecify.annotations.Nullable;

/** Tells a row's partition, bucket included. Not thread-safe. */
public final class RowPartitioner {

    /** What {@link #bucketAlone} says where there is more to a partition. */
    public static final int NONE = -1;

    private final PartitionKey partition;
    private final RowDataWrapper wrapper;
    private final @Nullable NumberBuckets buckets;
    private int bucket = NONE;

    /** @param schema what {@code rowType} means in Iceberg, field by field */
    public RowPartitioner(PartitionSpec spec, Schema schema, RowType rowType) {
        this.partition = new PartitionKey(spec, schema);
        this.wrapper = new RowDataWrapper(rowType, schema.asStruct());
        this.buckets = NumberBuckets.of(spec, schema, rowType);
    }

    /** The row's partition; the returned struct is the same at each call and holds the newest row's. */
    public StructLike partition(RowData row) {
        Integer number = buckets == null ? null : buckets.of(row);
        if (number == null) {
            partition.partition(wrapper.wrap(row));
            bucket = NONE;
        } else {
            partition.set(0, number);
            bucket = number;
        }
        return partition;
    }

    /** The bucket of the last row, if nothing else tells its partition and it was cheap to tell, else {@link #NONE}. */
    public int bucketAlone() {
        return bucket;
    }

    /** The partition of the last row, to keep. */
    public StructLike copy() {
        return partition.copy();
    }
}
