package dev.firn.iceberg;

import java.io.Serializable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.transforms.PartitionSpecVisitor;

/**
 * Divides a table's keys into lanes by what all of its partition specs tell of a key: fields that they have in common
 * on columns of the primary key, and of bucket fields that differ only in their count the common divisor. So the images
 * of a key are in one lane, whichever spec they were written with.
 */
public final class Lanes implements Serializable {

    private final int epoch;
    private final Set<Integer> specIds;
    private final Map<Integer, PartitionSpec> specs;
    private final List<Part> parts;

    /** What the specs have in common: a transform of a column, or the rest that its bucket leaves. */
    private record Part(int column, String transform, int modulus) implements Serializable {

        static final int WHOLE = 0;

        @Override
        public String toString() {
            return transform + "(" + column + ")";
        }
    }

    private Lanes(int epoch, Set<Integer> specIds, Map<Integer, PartitionSpec> specs, List<Part> parts) {
        this.epoch = epoch;
        this.specIds = Set.copyOf(specIds);
        this.specs = specs;
        this.parts = parts;
    }

    /**
     * @param specIds of the specs that files have
     * @param specs all of the table's, by id
     * @param key ids of the primary key's columns
     */
    public static Lanes of(int epoch, Set<Integer> specIds, Map<Integer, PartitionSpec> specs, Set<Integer> key) {
        List<Part> common = null;
        for (int id : new TreeSet<>(specIds)) {
            List<Part> parts = parts(spec(specs, id), key);
            common = common == null ? parts : common(common, parts);
        }
        return new Lanes(epoch, specIds, specs, common == null ? List.of() : common);
    }

    public int epoch() {
        return epoch;
    }

    /** Ids of the specs that these lanes were made for. */
    public Set<Integer> specIds() {
        return specIds;
    }

    public boolean holdFor(Collection<Integer> otherSpecIds) {
        return specIds.containsAll(otherSpecIds);
    }

    /** The lane of a file's rows. */
    public Lane lane(int specId, StructLike partition) {
        PartitionSpec spec = spec(specs, specId);
        StringBuilder name = new StringBuilder("all");
        for (Part part : parts) {
            int position = position(spec, part);
            Object value = partition.get(position, Object.class);
            Object told = part.modulus() == Part.WHOLE || value == null ? value : (Integer) value % part.modulus();
            name.append('/').append(part).append('=').append(told);
        }
        return new Lane(epoch, name.toString());
    }

    /**
     * Numbers the lanes by the partitions of one of the specs: a lane has the same number whichever spec tells it, and
     * lanes that differ in their bucket alone have numbers one after the other.
     */
    public LaneNumbers numbers(int specId) {
        PartitionSpec spec = spec(specs, specId);
        return new LaneNumbers(
                spec.partitionType(),
                parts.stream()
                        .map(part -> new LaneNumbers.Term(position(spec, part), part.modulus()))
                        .toList());
    }

    /** How many partitions of a spec a lane has, as far as that follows from the buckets alone; at least 1. */
    public int partitionsPerLane(int specId) {
        PartitionSpec spec = spec(specs, specId);
        int partitions = 1;
        for (PartitionField field : spec.fields()) {
            int buckets = buckets(spec.schema(), field).orElse(1);
            int told = parts.stream()
                    .filter(part -> part.column() == field.sourceId() && part.modulus() != Part.WHOLE)
                    .mapToInt(Part::modulus)
                    .findFirst()
                    .orElse(1);
            partitions *= Math.max(1, buckets / told);
        }
        return partitions;
    }

    private static List<Part> parts(PartitionSpec spec, Set<Integer> key) {
        List<Part> parts = new ArrayList<>();
        for (PartitionField field : spec.fields()) {
            if (key.contains(field.sourceId()) && !field.transform().isVoid()) {
                OptionalInt buckets = buckets(spec.schema(), field);
                parts.add(
                        buckets.isPresent()
                                ? new Part(field.sourceId(), "bucket", buckets.getAsInt())
                                : new Part(field.sourceId(), field.transform().toString(), Part.WHOLE));
            }
        }
        return parts;
    }

    private static List<Part> common(List<Part> some, List<Part> others) {
        List<Part> common = new ArrayList<>();
        for (Part part : some) {
            others.stream()
                    .filter(other ->
                            other.column() == part.column() && other.transform().equals(part.transform()))
                    .findFirst()
                    .ifPresent(other -> common.add(
                            new Part(part.column(), part.transform(), commonDivisor(part.modulus(), other.modulus()))));
        }
        return common;
    }

    private static int commonDivisor(int a, int b) {
        return BigInteger.valueOf(a).gcd(BigInteger.valueOf(b)).intValueExact();
    }

    private static int position(PartitionSpec spec, Part part) {
        List<PartitionField> fields = spec.fields();
        for (int i = 0; i < fields.size(); i++) {
            PartitionField field = fields.get(i);
            if (field.sourceId() == part.column()
                    && (part.modulus() == Part.WHOLE
                            ? field.transform().toString().equals(part.transform())
                            : buckets(spec.schema(), field).isPresent())) {
                return i;
            }
        }
        throw new IllegalStateException("Partition spec " + spec.specId() + " has no field " + part);
    }

    private static OptionalInt buckets(Schema schema, PartitionField field) {
        Integer count;
        try {
            count = PartitionSpecVisitor.visit(schema, field, new BucketCount());
        } catch (UnsupportedOperationException e) {
            count = null;
        }
        return count == null ? OptionalInt.empty() : OptionalInt.of(count);
    }

    /** Every other transform is not supported, which is its default. */
    private static final class BucketCount implements PartitionSpecVisitor<Integer> {

        @Override
        public Integer bucket(String column, int columnId, int count) {
            return count;
        }
    }

    private static PartitionSpec spec(Map<Integer, PartitionSpec> specs, int id) {
        return Objects.requireNonNull(specs.get(id), () -> "No partition spec " + id);
    }

    /** These lanes' specs and some more. */
    public Set<Integer> specIdsWith(Collection<Integer> more) {
        Set<Integer> all = new HashSet<>(specIds);
        all.addAll(more);
        return all;
    }
}
