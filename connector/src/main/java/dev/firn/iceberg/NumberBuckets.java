package dev.firn.iceberg;

import java.util.stream.IntStream;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.transforms.PartitionSpecVisitor;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.util.BucketUtil;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of a table that is partitioned by nothing else, where they are those of a column of whole numbers: told
 * without an object for each row.
 */
final class NumberBuckets {

    private final int position;
    private final boolean isLong;
    private final Integer[] numbers;

    private NumberBuckets(int position, boolean isLong, int count) {
        this.position = position;
        this.isLong = isLong;
        this.numbers = IntStream.range(0, count).boxed().toArray(Integer[]::new);
    }

    /** Null where buckets are not all there is to a partition, or are those of another type. */
    static @Nullable NumberBuckets of(PartitionSpec spec, Schema schema, RowType rowType) {
        if (spec.fields().size() != 1) {
            return null;
        }
        PartitionField field = spec.fields().get(0);
        int position = rowType.getFieldIndex(schema.findColumnName(field.sourceId()));
        if (position < 0 || !field.transform().toString().startsWith("bucket[")) {
            return null;
        }
        TypeID stored = schema.findType(field.sourceId()).typeId();
        LogicalTypeRoot read = rowType.getTypeAt(position).getTypeRoot();
        boolean isLong = stored == TypeID.LONG && read == LogicalTypeRoot.BIGINT;
        boolean isInt = stored == TypeID.INTEGER && read == LogicalTypeRoot.INTEGER;
        return isLong || isInt
                ? new NumberBuckets(position, isLong, PartitionSpecVisitor.visit(schema, field, new Count()))
                : null;
    }

    /** The row's bucket; null where the column is. */
    @Nullable Integer of(RowData row) {
        if (row.isNullAt(position)) {
            return null;
        }
        int hash = isLong ? BucketUtil.hash(row.getLong(position)) : BucketUtil.hash(row.getInt(position));
        return numbers[(hash & Integer.MAX_VALUE) % numbers.length];
    }

    /** How many buckets a field has. */
    private static final class Count implements PartitionSpecVisitor<Integer> {
        @Override
        public Integer bucket(String sourceName, int sourceId, int buckets) {
            return buckets;
        }
    }
}
