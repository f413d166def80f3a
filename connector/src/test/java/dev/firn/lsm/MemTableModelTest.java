package dev.firn.lsm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.key.Key;
import dev.firn.key.KeyView;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random changes, compared with a {@link TreeMap} that had the same. */
class MemTableModelTest {

    private static final int CHANGES = 4_000;
    private static final byte[] DELETED = {};

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    /** How the keys of a round are made. */
    private enum Style {
        NUMBERS {
            @Override
            byte[] draw(Random random, byte[] prefix) {
                byte[] key = new byte[Long.BYTES];
                int number = random.nextInt(3_000);
                key[6] = (byte) (number >>> Byte.SIZE);
                key[7] = (byte) number;
                return key;
            }
        },
        ANY_BYTES {
            @Override
            byte[] draw(Random random, byte[] prefix) {
                byte[] key = new byte[random.nextInt(20)];
                random.nextBytes(key);
                return key;
            }
        },
        /** Every other one is the beginning of another, or differs from it by zeros at the end. */
        PREFIXES_AND_ZEROS {
            @Override
            byte[] draw(Random random, byte[] prefix) {
                byte[] key = new byte[random.nextInt(300)];
                for (int i = 0; i < key.length; i++) {
                    key[i] = (byte) (random.nextInt(60) == 0 ? 1 : 0);
                }
                return key;
            }
        },
        ONE_BYTE_REPEATED {
            @Override
            byte[] draw(Random random, byte[] prefix) {
                return new byte[random.nextInt(4_000)];
            }
        },
        LONG_PREFIX {
            @Override
            byte[] draw(Random random, byte[] prefix) {
                byte[] key = Arrays.copyOf(prefix, prefix.length + random.nextInt(12));
                for (int i = prefix.length; i < key.length; i++) {
                    key[i] = (byte) (random.nextInt(3) - 1);
                }
                return key;
            }
        };

        abstract byte[] draw(Random random, byte[] prefix);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void holdsTheLastChangeOfEachKeyInTheirOrder(long seed) {
        Random random = new Random(seed);
        MemTable table = new MemTable();
        for (int round = 0; round < 2; round++) {
            Style style = Style.values()[random.nextInt(Style.values().length)];
            byte[] prefix = new byte[1 + random.nextInt(40)];
            random.nextBytes(prefix);
            TreeMap<Key, byte[]> model = new TreeMap<>();
            KeyView view = new KeyView();
            int changes = random.nextInt(CHANGES);
            for (int i = 0; i < changes; i++) {
                byte[] key = style.draw(random, prefix);
                // in the middle of an array, which is another one's at once
                byte[] around = new byte[key.length + 5];
                System.arraycopy(key, 0, around, 3, key.length);
                view.at(around, 3, 3 + key.length);
                if (random.nextInt(4) == 0) {
                    table.delete(view);
                    model.put(Key.of(key), DELETED);
                } else {
                    byte[] value = new byte[1 + random.nextInt(random.nextInt(100) == 0 ? 5_000 : 40)];
                    random.nextBytes(value);
                    table.upsert(view, row(value));
                    model.put(Key.of(key), value);
                }
                assertThat(table.size()).isEqualTo(model.size());
            }
            assertEqual(table, model);
            table.clear();
            assertThat(table.bytes()).isZero();
        }
    }

    private static void assertEqual(MemTable table, Map<Key, byte[]> model) {
        SortedChanges sorted = table.sorted();
        KeyView key = new KeyView();
        int i = 0;
        for (Map.Entry<Key, byte[]> expected : model.entrySet()) {
            sorted.read(i, key);
            assertThat(key.copy()).isEqualTo(expected.getKey());
            assertThat(value(sorted, i)).isEqualTo(expected.getValue() == DELETED ? null : expected.getValue());
            i++;
        }
        assertThat(sorted.size()).isEqualTo(i);
    }

    private static byte @Nullable [] value(SortedChanges sorted, int i) {
        return sorted.isDelete(i) ? null : sorted.row(i).getBinary(0);
    }

    private static BinaryRowData row(byte[] value) {
        BinaryRowData row = new BinaryRowData(1);
        BinaryRowWriter writer = new BinaryRowWriter(row);
        writer.writeBinary(0, value);
        writer.complete();
        return row;
    }
}
