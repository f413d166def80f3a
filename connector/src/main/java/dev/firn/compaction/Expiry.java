package dev.firn.compaction;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * What has expired at one point of time.
 *
 * @param position of the time column among the table's columns
 * @param cutoff the latest time that has expired, as a value of the column
 * @param overdue the latest time that is to be gone by now: twice as long ago
 */
record Expiry(int position, NestedField column, long cutoff, long overdue) implements RowFilter {

    @Override
    public Verdict judge(StructLike row) {
        Number time = row.get(position, Number.class);
        return time == null || time.longValue() > cutoff ? Verdict.KEEP : Verdict.DROP;
    }

    /** As if the times were spread evenly between the file's lowest and highest one. */
    @Override
    public long foreseenDrops(DataFile file) {
        OptionalLong lowest = bound(file.lowerBounds());
        OptionalLong highest = bound(file.upperBounds());
        if (lowest.isEmpty() || highest.isEmpty() || lowest.getAsLong() > cutoff) {
            return 0;
        }
        long rows = file.recordCount();
        Long nulls =
                file.nullValueCounts() == null ? null : file.nullValueCounts().get(column.fieldId());
        boolean isOver = highest.getAsLong() <= cutoff;
        if (isOver && nulls != null && nulls == 0) {
            return rows;
        }
        double share =
                isOver ? 1 : spread(lowest.getAsLong(), cutoff) / spread(lowest.getAsLong(), highest.getAsLong());
        long times = rows - (nulls == null ? 0 : nulls);
        return Math.max(0, Math.min(rows - 1, (long) (share * times)));
    }

    @Override
    public boolean isOverdue(DataFile file) {
        OptionalLong lowest = bound(file.lowerBounds());
        return lowest.isPresent() && lowest.getAsLong() <= overdue;
    }

    private static double spread(long from, long to) {
        return (double) to - (double) from + 1;
    }

    /** Empty if it is missing, or from a time when the column had another type. */
    private OptionalLong bound(@Nullable Map<Integer, ByteBuffer> bounds) {
        ByteBuffer bytes = bounds == null ? null : bounds.get(column.fieldId());
        int width = column.type().typeId() == Type.TypeID.DATE ? Integer.BYTES : Long.BYTES;
        if (bytes == null || bytes.remaining() != width) {
            return OptionalLong.empty();
        }
        Number bound = Conversions.fromByteBuffer(column.type(), bytes);
        return OptionalLong.of(bound.longValue());
    }

    @Override
    public Set<Integer> metricsColumns() {
        return Set.of(column.fieldId());
    }
}
