package dev.firn.dv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionSetTest {

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void setsBehaveLikeTreeSets(long seed) {
        Random random = new Random(seed);
        NavigableSet<Long> model = new TreeSet<>();
        PositionSet set = PositionSet.EMPTY;
        for (int step = 0; step < 60; step++) {
            NavigableSet<Long> otherModel = randomModel(random);
            PositionSet other = setOf(otherModel);
            if (random.nextInt(3) == 0) {
                model.removeAll(otherModel);
                set = set.minus(other);
            } else {
                model.addAll(otherModel);
                set = set.union(other);
            }
            assertThat(positions(set)).containsExactlyElementsOf(model);
            assertThat(set.cardinality()).isEqualTo(model.size());
            assertThat(set.isEmpty()).isEqualTo(model.isEmpty());
            assertThat(positions(other)).containsExactlyElementsOf(otherModel);
            for (int probe = 0; probe < 20; probe++) {
                long position = randomPosition(random);
                assertThat(set.contains(position)).isEqualTo(model.contains(position));
            }
            long from = randomPosition(random);
            Long present = model.ceiling(from);
            assertThat(set.nextPresent(from)).isEqualTo(present == null ? PositionSet.MAX_ROWS : present);
            long absent = from;
            while (model.contains(absent)) {
                absent++;
            }
            assertThat(set.nextAbsent(from)).isEqualTo(absent);
            assertThat(set).isEqualTo(setOf(model)).hasSameHashCodeAs(setOf(model));
            assertThat(set.toBytes()).hasSize(set.sizeInBytes());
            assertThat(PositionSet.fromBytes(set.toBytes())).isEqualTo(set);
        }
    }

    @Test
    void thePositionsBelowANumberAreAllOfThem() {
        assertThat(PositionSet.below(0)).isSameAs(PositionSet.EMPTY);
        assertThat(PositionSet.below(1)).isEqualTo(PositionSet.of(0));
        assertThat(PositionSet.below(4)).isEqualTo(PositionSet.of(0, 1, 2, 3));
        assertThat(PositionSet.below(PositionSet.MAX_ROWS).cardinality()).isEqualTo(PositionSet.MAX_ROWS);
        assertThatThrownBy(() -> PositionSet.below(PositionSet.MAX_ROWS + 1))
                .hasMessageContaining("Rewrite the table into smaller data files");
    }

    @Test
    void aBuilderStartsFromASetAndLeavesItAlone() {
        PositionSet start = PositionSet.of(3, 1);
        PositionSet.Builder builder = start.toBuilder();
        PositionSet built = builder.add(2).build();
        builder.add(9);

        assertThat(positions(start)).containsExactly(1L, 3L);
        assertThat(positions(built)).containsExactly(1L, 2L, 3L);
        assertThat(builder.contains(9)).isTrue();
        assertThat(builder.contains(4)).isFalse();
        assertThat(builder.contains(-1)).isFalse();
        assertThat(builder.contains((1L << 32) + 9)).isFalse();
    }

    @Test
    void theLastPositionIsBelowTwoToThe31() {
        long last = PositionSet.MAX_ROWS - 1;
        assertThat(positions(PositionSet.of(0, last))).containsExactly(0L, last);
        assertThat(PositionSet.of(last).contains(last)).isTrue();
        assertThat(PositionSet.of(0).contains(1L << 32)).isFalse();
        assertThatThrownBy(() -> PositionSet.of(PositionSet.MAX_ROWS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2147483648")
                .hasMessageContaining("Rewrite the table");
        assertThatThrownBy(() -> PositionSet.of(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSearchEndsBehindTheLastPosition() {
        PositionSet last = PositionSet.of(PositionSet.MAX_ROWS - 1);

        assertThat(last.nextAbsent(PositionSet.MAX_ROWS - 1)).isEqualTo(PositionSet.MAX_ROWS);
        assertThat(last.nextAbsent(PositionSet.MAX_ROWS)).isEqualTo(PositionSet.MAX_ROWS);
        assertThat(last.nextPresent(0)).isEqualTo(PositionSet.MAX_ROWS - 1);
        assertThat(last.nextPresent(PositionSet.MAX_ROWS)).isEqualTo(PositionSet.MAX_ROWS);
        assertThat(PositionSet.EMPTY.nextPresent(0)).isEqualTo(PositionSet.MAX_ROWS);
    }

    @Test
    void bytesStayReadable() {
        String golden = "3a300000020000000000010001000000180000001c000000010005007011";
        assertThat(HexFormat.of().formatHex(PositionSet.of(1, 5, 70_000).toBytes()))
                .isEqualTo(golden);
        assertThat(PositionSet.fromBytes(HexFormat.of().parseHex(golden))).isEqualTo(PositionSet.of(1, 5, 70_000));
    }

    @Test
    void bytesThatAreNoSetAreRefused() {
        byte[] bytes = PositionSet.of(1, 5, 70_000).toBytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> PositionSet.fromBytes(cut))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Corrupt");
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThatThrownBy(() -> PositionSet.fromBytes(longer)).hasMessageContaining("Corrupt");
    }

    static List<Long> positions(PositionSet set) {
        List<Long> positions = new ArrayList<>();
        set.forEach(positions::add);
        return positions;
    }

    private static PositionSet setOf(Set<Long> model) {
        PositionSet.Builder builder = PositionSet.builder();
        model.forEach(builder::add);
        return builder.build();
    }

    private static NavigableSet<Long> randomModel(Random random) {
        NavigableSet<Long> model = new TreeSet<>();
        int ranges = random.nextInt(4);
        for (int i = 0; i < ranges; i++) {
            long start = randomPosition(random);
            long step = random.nextBoolean() ? 1 : 1 + random.nextInt(1000);
            for (int n = random.nextInt(300); n > 0 && start < PositionSet.MAX_ROWS; n--, start += step) {
                model.add(start);
            }
        }
        return model;
    }

    private static long randomPosition(Random random) {
        return random.nextInt(4) == 0 ? random.nextInt(Integer.MAX_VALUE) : random.nextInt(5_000);
    }
}
