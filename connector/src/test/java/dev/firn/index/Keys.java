package dev.firn.index;

import dev.firn.key.Key;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;

/** Keys for tests. */
final class Keys {

    private Keys() {}

    /** Eight bytes in the order of the number, which is not negative. */
    static Key of(long value) {
        return Key.of(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    /** The even numbers below {@code 2 * count}: between two of them there is room for a miss. */
    static List<Key> even(int count) {
        return LongStream.range(0, count).mapToObj(i -> of(2 * i)).toList();
    }

    /** Different keys in ascending order, of one of several styles. */
    static NavigableSet<Key> draw(Random random, int count) {
        int style = random.nextInt(6);
        byte[] prefix = new byte[style == 2 ? 300 : 3];
        random.nextBytes(prefix);
        int length = random.nextInt(6, 30);
        TreeSet<Key> keys = new TreeSet<>();
        while (keys.size() < count) {
            keys.add(
                    switch (style) {
                        case 0 -> of(random.nextInt(4 * count));
                        case 1 -> bytes(random, new byte[0], random.nextInt(40), 256);
                        case 2, 3 -> bytes(random, prefix, random.nextInt(12), 3);
                        case 4 -> bytes(random, new byte[0], length, 5);
                        default -> bytes(random, new byte[0], random.nextInt(9), 8);
                    });
        }
        return keys;
    }

    private static Key bytes(Random random, byte[] prefix, int length, int alphabet) {
        byte[] bytes = new byte[prefix.length + length];
        System.arraycopy(prefix, 0, bytes, 0, prefix.length);
        for (int i = prefix.length; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextInt(alphabet) - random.nextInt(2));
        }
        return Key.of(bytes);
    }
}
