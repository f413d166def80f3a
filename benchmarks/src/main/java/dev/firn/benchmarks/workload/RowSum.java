package dev.firn.benchmarks.workload;

import java.io.Serializable;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/** How many rows, and a sum over all their values that no two different tables are likely to have in common. */
public record RowSum(long rows, long sum) implements Serializable {

    public static final RowSum NONE = new RowSum(0, 0);

    public RowSum plus(RowSum other) {
        return new RowSum(rows + other.rows, sum + other.sum);
    }

    /** The rows of these versions. */
    static RowSum of(Workload workload, LongStream versions) {
        Changelog changelog = new Changelog(workload);
        RowMaker maker = new RowMaker(workload.rows(), changelog.keys());
        Of of = new Of(RowMaker.rowType(workload.rows()));
        return versions.mapToObj(version -> new RowSum(1, of.row(maker.row(changelog.change(version)))))
                .reduce(NONE, RowSum::plus);
    }

    /** Sums up one type of rows. */
    public static final class Of implements Serializable {

        private enum Kind {
            INT,
            LONG,
            STRING,
            TIMESTAMP
        }

        private final List<Kind> kinds;

        public Of(RowType type) {
            this.kinds = type.getChildren().stream().map(Of::kind).toList();
        }

        private static Kind kind(LogicalType type) {
            return switch (type.getTypeRoot()) {
                case INTEGER, DATE -> Kind.INT;
                case BIGINT -> Kind.LONG;
                case VARCHAR -> Kind.STRING;
                case TIMESTAMP_WITHOUT_TIME_ZONE -> Kind.TIMESTAMP;
                default -> throw new IllegalArgumentException("No workload has the type " + type);
            };
        }

        public long row(RowData row) {
            long hash = 17;
            for (int i = 0; i < kinds.size(); i++) {
                long value = switch (kinds.get(i)) {
                    case INT -> row.getInt(i);
                    case LONG -> row.getLong(i);
                    case STRING -> row.getString(i).hashCode();
                    case TIMESTAMP -> row.getTimestamp(i, 6).getMillisecond();
                };
                hash = (hash ^ value) * 0x9E3779B97F4A7C15L;
                hash ^= hash >>> 29;
            }
            return hash;
        }
    }
}
