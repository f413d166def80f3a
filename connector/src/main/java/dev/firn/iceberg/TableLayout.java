package dev.firn.iceberg;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortField;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.transforms.PartitionSpecVisitor;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What Firn relies on in a table: format version 3, a primary key of top-level columns, and a partition spec that is
 * known from the key: exactly one bucket field and any others, all of them on key columns.
 *
 * @param primaryKey names of the identifier fields in declared order: the order of the table's sort order if that sorts
 *     by exactly these columns, ascending, else the order of the schema
 * @param partitionColumns sources of the spec's identity fields, in the order of the spec; other transforms are not
 *     among them
 * @param bucketColumn source of the spec's bucket field
 * @param bucketCount number of buckets, positive
 * @param bucketPosition position of the bucket field in the spec, and thus in a partition struct
 */
public record TableLayout(
        List<String> primaryKey,
        List<String> partitionColumns,
        String bucketColumn,
        int bucketCount,
        int bucketPosition) {

    static final int FORMAT_VERSION = 3;

    public TableLayout {
        primaryKey = List.copyOf(primaryKey);
        partitionColumns = List.copyOf(partitionColumns);
    }

    /**
     * The layout of a table.
     *
     * @throws UnsupportedTableException with problem, cause and remedy if the table has none that Firn can work with
     */
    public static TableLayout of(Table table) {
        checkFormatVersion(table);
        return ofAnyVersion(table);
    }

    /**
     * The primary key of a table that need not be laid out as Firn does.
     *
     * @throws UnsupportedTableException if it has none, or an old format version
     */
    static List<String> primaryKeyOf(Table table) {
        checkFormatVersion(table);
        return primaryKey(table);
    }

    static void checkFormatVersion(Table table) {
        int version = TableUtil.formatVersion(table);
        if (version < FORMAT_VERSION) {
            throw new UnsupportedTableException("Table " + table.name() + " has format version " + version
                    + ", which has no deletion vectors; Firn needs version 3. Upgrade it in place once every engine that"
                    + " uses it reads version 3: with the option 'upgrade-format-version' = 'true', or in another engine"
                    + " with the table property 'format-version' = '3'.");
        }
    }

    private static TableLayout ofAnyVersion(Table table) {
        return ofAnyVersion(table, table.spec());
    }

    /** The layout of a table that may yet have to be upgraded, and have its spec changed to this one. */
    static TableLayout ofAnyVersion(Table table, PartitionSpec spec) {
        List<String> primaryKey = primaryKey(table);
        PartitionFields fields = new PartitionFields(table, spec);
        if (fields.buckets.size() != 1) {
            throw fields.unsupported("it has " + fields.buckets.size() + " bucket fields");
        }
        Bucket bucket = fields.buckets.get(0);
        for (String source : fields.sources) {
            if (!primaryKey.contains(source)) {
                throw fields.unsupported(
                        "its source column '" + source + "' does not belong to the primary key " + primaryKey);
            }
        }
        return new TableLayout(primaryKey, fields.identities, bucket.column(), bucket.count(), bucket.position());
    }

    private static List<String> primaryKey(Table table) {
        Set<Integer> ids = table.schema().identifierFieldIds();
        if (ids.isEmpty()) {
            throw new UnsupportedTableException("Table " + table.name() + " has no primary key: its schema has no"
                    + " identifier fields. Set them on required columns, for example in Spark: ALTER TABLE … SET"
                    + " IDENTIFIER FIELDS id.");
        }
        for (int id : ids) {
            if (table.schema().asStruct().field(id) == null) {
                throw new UnsupportedTableException("Identifier field '"
                        + table.schema().findColumnName(id) + "' of table " + table.name()
                        + " is nested in another column, but a primary key consists of top-level columns. Copy it into a"
                        + " column of its own and make that the identifier field.");
            }
        }
        return sortsBy(table.sortOrder(), ids)
                ? table.sortOrder().fields().stream()
                        .map(field -> table.schema().findColumnName(field.sourceId()))
                        .toList()
                : table.schema().columns().stream()
                        .filter(column -> ids.contains(column.fieldId()))
                        .map(NestedField::name)
                        .toList();
    }

    private static boolean sortsBy(SortOrder order, Set<Integer> ids) {
        Set<Integer> sorted = new HashSet<>();
        for (SortField field : order.fields()) {
            if (!field.transform().isIdentity() || field.direction() != SortDirection.ASC) {
                return false;
            }
            sorted.add(field.sourceId());
        }
        return sorted.equals(ids) && order.fields().size() == ids.size();
    }

    private record Bucket(String column, int count, int position) {}

    /** The fields of a table's partition spec by kind; a field that was dropped (void) is none. */
    private static final class PartitionFields implements PartitionSpecVisitor<Boolean> {

        private final List<String> identities = new ArrayList<>();
        private final List<Bucket> buckets = new ArrayList<>();
        private final List<String> sources = new ArrayList<>();
        private final Table table;
        private final PartitionSpec spec;
        private int position;

        PartitionFields(Table table, PartitionSpec spec) {
            this.table = table;
            this.spec = spec;
            for (PartitionField field : spec.fields()) {
                if (!field.transform().isVoid()) {
                    sources.add(table.schema().findColumnName(field.sourceId()));
                }
                try {
                    PartitionSpecVisitor.visit(table.schema(), field, this);
                } catch (UnsupportedOperationException e) {
                    throw unsupported("field '" + field.name() + "' is " + field.transform() + "("
                            + table.schema().findColumnName(field.sourceId()) + ")");
                }
                position++;
            }
        }

        @Override
        public Boolean identity(String column, int columnId) {
            return identities.add(column);
        }

        @Override
        public Boolean bucket(String column, int columnId, int count) {
            return buckets.add(new Bucket(column, count, position));
        }

        @Override
        public Boolean truncate(String column, int columnId, int width) {
            return true;
        }

        @Override
        public Boolean year(String column, int columnId) {
            return true;
        }

        @Override
        public Boolean month(String column, int columnId) {
            return true;
        }

        @Override
        public Boolean day(String column, int columnId) {
            return true;
        }

        @Override
        public Boolean hour(String column, int columnId) {
            return true;
        }

        @Override
        public Boolean alwaysNull(int fieldId, String column, int columnId) {
            return false;
        }

        UnsupportedTableException unsupported(String cause) {
            return new UnsupportedTableException("The partition spec " + spec + " of table " + table.name()
                    + " does not suit Firn: " + cause
                    + ". A key must tell its partition, so a spec consists of columns of"
                    + " the primary key, or transforms of them, and exactly one bucket[N] of such a column. Declare"
                    + " the number of buckets in Flink's CREATE TABLE, such as 'bucket' = '4': Firn then changes the"
                    + " spec in place and takes the files over as they are.");
        }
    }
}
