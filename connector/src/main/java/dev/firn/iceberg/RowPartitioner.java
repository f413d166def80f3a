package dev.firn.iceberg;

import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.flink.RowDataWrapper;

/** Tells a row's partition, bucket included. Not thread-safe. */
public final class RowPartitioner {

    private final PartitionKey partition;
    private final RowDataWrapper wrapper;

    /** @param schema what {@code rowType} means in Iceberg, field by field */
    public RowPartitioner(PartitionSpec spec, Schema schema, RowType rowType) {
        this.partition = new PartitionKey(spec, schema);
        this.wrapper = new RowDataWrapper(rowType, schema.asStruct());
    }

    /** The row's partition; the returned struct is the same at each call and holds the newest row's. */
    public StructLike partition(RowData row) {
        partition.partition(wrapper.wrap(row));
        return partition;
    }

    /** The partition of the last row, to keep. */
    public StructLike copy() {
        return partition.copy();
    }
}
