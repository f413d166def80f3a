package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;

class LanesTest {

    private static final Schema SCHEMA = new Schema(
            List.of(
                    NestedField.required(1, "id", Types.LongType.get()),
                    NestedField.required(2, "day", Types.IntegerType.get()),
                    NestedField.required(3, "region", Types.StringType.get())),
            Set.of(1, 2));
    private static final Set<Integer> KEY = Set.of(1, 2);

    private static final PartitionSpec BY_DAY = PartitionSpec.builderFor(SCHEMA)
            .withSpecId(0)
            .identity("day")
            .bucket("id", 4)
            .build();
    private static final PartitionSpec FEW_BUCKETS =
            PartitionSpec.builderFor(SCHEMA).withSpecId(1).bucket("id", 4).build();
    private static final PartitionSpec MORE_BUCKETS =
            PartitionSpec.builderFor(SCHEMA).withSpecId(2).bucket("id", 6).build();
    private static final PartitionSpec BY_REGION =
            PartitionSpec.builderFor(SCHEMA).withSpecId(3).identity("region").build();
    private static final Map<Integer, PartitionSpec> SPECS =
            new TreeMap<>(Map.of(0, BY_DAY, 1, FEW_BUCKETS, 2, MORE_BUCKETS, 3, BY_REGION));

    @Test
    void aLaneIsAPartitionThatTheKeyTells() {
        assertThat(lanesOfManyKeys(Set.of(0))).as("3 days, 4 buckets").hasSize(12);
        assertThat(lanesOfManyKeys(Set.of(1))).hasSize(4);
    }

    @Test
    void partitionsThatTheKeyDoesNotTellAreOneLane() {
        assertThat(lanesOfManyKeys(Set.of(3))).hasSize(1);
    }

    @Test
    void lanesOfSeveralSpecsAreWhatTheyHaveInCommon() {
        assertThat(lanesOfManyKeys(Set.of(0, 1)))
                .as("the same buckets of all days")
                .hasSize(4);
        assertThat(lanesOfManyKeys(Set.of(1, 2)))
                .as("4 and 6 have the divisor 2")
                .hasSize(2);
        assertThat(lanesOfManyKeys(Set.of(1, 3))).as("nothing in common").hasSize(1);
    }

    @Test
    void lanesHoldForTheSpecsThatTheyWereMadeOf() {
        Lanes lanes = Lanes.of(3, Set.of(0, 1), SPECS, KEY);

        assertThat(lanes.holdFor(Set.of(1))).isTrue();
        assertThat(lanes.holdFor(Set.of(1, 2))).isFalse();
        assertThat(lanes.epoch()).isEqualTo(3);
    }

    /** Checks on the way that a key is in one lane, whichever spec its row was written with. */
    private static Set<String> lanesOfManyKeys(Set<Integer> specIds) {
        Lanes lanes = Lanes.of(0, specIds, SPECS, KEY);
        Set<String> names = new TreeSet<>();
        GenericRecord row = GenericRecord.create(SCHEMA);
        for (long id = 0; id < 100; id++) {
            for (int day = 0; day < 3; day++) {
                row.setField("id", id);
                row.setField("day", day);
                Set<String> ofKey = new TreeSet<>();
                for (int specId : specIds) {
                    for (String region : List.of("north", "south")) {
                        row.setField("region", region);
                        PartitionKey partition = new PartitionKey(Objects.requireNonNull(SPECS.get(specId)), SCHEMA);
                        partition.partition(row);
                        ofKey.add(lanes.lane(specId, partition).name());
                    }
                }
                assertThat(ofKey).as("lanes of key %s, %s", id, day).hasSize(1);
                names.addAll(ofKey);
            }
        }
        return names;
    }
}
