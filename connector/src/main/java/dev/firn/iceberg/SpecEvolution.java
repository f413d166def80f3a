package dev.firn.iceberg;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdatePartitionSpec;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.transforms.PartitionSpecVisitor;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * A change of a table's partition spec to the declared number of buckets: more buckets, or the first ones of a table
 * that another engine laid out. Fields that the primary key does not tell are left out of the new spec. No file is
 * touched: each keeps the spec that it was written with.
 */
final class SpecEvolution {

    private final Table table;
    private final Bucket wanted;
    private final List<String> dropped;

    private record Bucket(String field, String column, int count) {}

    private SpecEvolution(Table table, Bucket wanted, List<String> dropped) {
        this.table = table;
        this.wanted = wanted;
        this.dropped = dropped;
    }

    /**
     * What has to be done to a table, if anything.
     *
     * @throws UnsupportedTableException if the declared number of buckets is no multiple of the table's
     */
    static Optional<SpecEvolution> of(Table table, TableDefinition definition) {
        if (definition.bucketing().count().isEmpty()) {
            return Optional.empty();
        }
        int count = definition.bucketing().count().getAsInt();
        Fields fields = new Fields(table);
        Optional<String> declared = definition.bucketing().column();
        Bucket present = fields.buckets.stream()
                .filter(bucket -> declared.isEmpty() || declared.get().equals(bucket.column()))
                .findFirst()
                .orElse(null);
        if (present == null && !fields.buckets.isEmpty()) {
            // Another 'bucket-key' than the table's is an error of its own.
            return Optional.empty();
        }
        List<String> dropped = new ArrayList<>(fields.foreign);
        fields.buckets.stream()
                .filter(bucket -> !bucket.equals(present) || bucket.count() != count)
                .map(Bucket::field)
                .forEach(dropped::add);
        if (present != null && present.count() == count) {
            return dropped.isEmpty() ? Optional.empty() : Optional.of(new SpecEvolution(table, present, dropped));
        }
        if (present != null && count % present.count() != 0) {
            throw noMultiple(table, present.count(), count);
        }
        String column = present != null
                ? present.column()
                : declared.orElseGet(() -> fields.bucketColumn(definition.primaryKey()));
        return Optional.of(
                new SpecEvolution(table, new Bucket(fields.unusedName(column, count), column, count), dropped));
    }

    private static UnsupportedTableException noMultiple(Table table, int present, int declared) {
        int next = present * (declared / present + 1);
        return new UnsupportedTableException("'bucket' = '" + declared + "' is declared, but table " + table.name()
                + " has " + present
                + " buckets, and that number only grows to a multiple: each bucket is divided into as"
                + " many new ones. Set 'bucket' = '" + next + "' for more buckets, '" + present
                + "' for as many as there are, or leave it out.");
    }

    /** The spec as it will be. */
    PartitionSpec spec() {
        return update().apply();
    }

    /** @throws org.apache.iceberg.exceptions.CommitFailedException if somebody else changed the table meanwhile */
    void commit() {
        update().commit();
        table.refresh();
    }

    private UpdatePartitionSpec update() {
        UpdatePartitionSpec update = table.updateSpec();
        dropped.forEach(update::removeField);
        boolean isThere = table.spec().fields().stream()
                .anyMatch(field -> field.name().equals(wanted.field()) && !dropped.contains(wanted.field()));
        return isThere ? update : update.addField(wanted.field(), Expressions.bucket(wanted.column(), wanted.count()));
    }

    /** Fields of the present spec: bucket fields on key columns, and those that a key does not tell. */
    private static final class Fields implements PartitionSpecVisitor<@Nullable Bucket> {

        private final List<Bucket> buckets = new ArrayList<>();
        private final List<String> foreign = new ArrayList<>();
        private final List<String> identities = new ArrayList<>();
        private final Table table;
        private String field = "";

        Fields(Table table) {
            this.table = table;
            Set<Integer> key = table.schema().identifierFieldIds();
            for (PartitionField partitionField : table.spec().fields()) {
                field = partitionField.name();
                if (partitionField.transform().isVoid()) {
                    continue;
                }
                if (!key.contains(partitionField.sourceId()) || !isKnown(partitionField)) {
                    foreign.add(field);
                }
            }
        }

        private boolean isKnown(PartitionField partitionField) {
            try {
                Bucket bucket = PartitionSpecVisitor.visit(table.schema(), partitionField, this);
                if (bucket != null) {
                    buckets.add(bucket);
                }
                return true;
            } catch (UnsupportedOperationException e) {
                return false;
            }
        }

        /** The first key column that is no partition by itself; if there is none, the last. */
        String bucketColumn(List<String> primaryKey) {
            Schema schema = table.schema();
            List<String> candidates = primaryKey.stream()
                    .filter(column -> Transforms.bucket(1).canTransform(schema.findType(column)))
                    .toList();
            return candidates.stream()
                    .filter(column -> !identities.contains(column))
                    .findFirst()
                    .orElse(candidates.get(candidates.size() - 1));
        }

        /** As Iceberg would name it, unless something has that name. */
        String unusedName(String column, int count) {
            String name = column + "_bucket_" + count;
            while (isUsed(name)) {
                name += "_";
            }
            return name;
        }

        private boolean isUsed(String name) {
            NestedField sameName = table.schema().findField(name);
            return sameName != null
                    || table.specs().values().stream()
                            .flatMap(spec -> spec.fields().stream())
                            .anyMatch(other -> other.name().equals(name));
        }

        @Override
        public @Nullable Bucket identity(String column, int columnId) {
            identities.add(column);
            return null;
        }

        @Override
        public @Nullable Bucket bucket(String column, int columnId, int count) {
            return new Bucket(field, column, count);
        }

        @Override
        public @Nullable Bucket truncate(String column, int columnId, int width) {
            return null;
        }

        @Override
        public @Nullable Bucket year(String column, int columnId) {
            return null;
        }

        @Override
        public @Nullable Bucket month(String column, int columnId) {
            return null;
        }

        @Override
        public @Nullable Bucket day(String column, int columnId) {
            return null;
        }

        @Override
        public @Nullable Bucket hour(String column, int columnId) {
            return null;
        }
    }
}
