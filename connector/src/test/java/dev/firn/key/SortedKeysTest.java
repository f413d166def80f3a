package dev.firn.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SortedKeysTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 100, 1_000})
    void packedKeysAreTheSameAndAreFoundAlike(int count) {
        Random random = new Random(count);
        TreeSet<Key> sorted = new TreeSet<>();
        while (sorted.size() < count) {
            byte[] bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 300 : 4)];
            random.nextBytes(bytes);
            sorted.add(Key.of(bytes));
        }
        SortedKeys keys = SortedKeys.of(List.copyOf(sorted));
        SortedKeys packed = keys.packed();

        assertThat(copies(packed)).isEqualTo(List.copyOf(sorted)).isEqualTo(copies(keys));
        for (Key key : sorted) {
            Key above = Key.of(Arrays.copyOf(key.bytes(), key.bytes().length + 1));
            for (Key bound : List.of(key, above)) {
                assertThat(packed.below(bound))
                        .isEqualTo(sorted.headSet(bound, false).size());
                assertThat(packed.upTo(bound))
                        .isEqualTo(sorted.headSet(bound, true).size());
            }
        }
    }

    private static List<Key> copies(SortedKeys keys) {
        List<Key> copies = new ArrayList<>();
        KeyView key = new KeyView();
        for (int i = 0; i < keys.size(); i++) {
            keys.read(i, key);
            copies.add(key.copy());
        }
        return copies;
    }
}
