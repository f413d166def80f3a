package dev.firn.iceberg;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.JavaHash;
import org.apache.iceberg.types.Types.StructType;

/** The numbers of {@link Lanes} by the partitions of one spec. Any thread. */
public final class LaneNumbers {

    private final List<Term> wholes = new ArrayList<>();
    private final List<JavaHash<Object>> hashes = new ArrayList<>();
    private final List<Term> buckets = new ArrayList<>();

    /**
     * What a field of the partition adds.
     *
     * @param modulus of a bucket; 0 for a value that counts as it is
     */
    record Term(int position, int modulus) {}

    LaneNumbers(StructType partitionType, List<Term> terms) {
        for (Term term : terms) {
            if (term.modulus() == 0) {
                wholes.add(term);
                hashes.add(JavaHash.forType(
                        partitionType.fields().get(term.position()).type()));
            } else {
                buckets.add(term);
            }
        }
    }

    /** The number of the lane that a partition belongs to; other lanes may have the same. */
    public int of(StructLike partition) {
        int number = 0;
        for (int i = 0; i < wholes.size(); i++) {
            Object value = partition.get(wholes.get(i).position(), Object.class);
            number = 31 * number + (value == null ? 0 : hashes.get(i).hash(value));
        }
        for (Term bucket : buckets) {
            Integer value = partition.get(bucket.position(), Integer.class);
            number += value == null ? 0 : value % bucket.modulus();
        }
        return number;
    }
}
