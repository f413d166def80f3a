package dev.firn.index;

import dev.firn.key.KeyView;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Stands at an entry of a block, or ahead of its first one. It decodes into arrays of its own and allocates only to
 * enlarge them. {@link BlockSink} draws the two forms of a block.
 *
 * <p>In the packed form keys are found by halving. In a chain the restarts are halved, then entries are passed one by
 * one: an entry that shares more with the one before than that does with the wanted key is below it too, and one that
 * shares less is above, so that hardly any key is compared.
 */
final class BlockReader {

    /** A suffix may be read as a number, which goes beyond the last one's end. */
    static final int SLACK_BYTES = Long.BYTES;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes = new byte[0];
    private int count;
    private boolean listed;
    private boolean packed;
    private int entry = -1;

    private byte[] key = new byte[64];
    private int keyLength;

    // Packed: the key's prefix stays, its suffix is read when it is asked for.
    private int prefixLength;
    private int suffixLength;
    private int suffixesAt;
    private int suffixOf;
    /** The prefix of keys that are as long as a number, as its high bits. */
    private long prefix;

    // Chained
    private int next;
    private int shared;
    private int positionsAt;
    private long position;
    private int firstKeyAt;
    private int firstKeyLength;

    /** Goes ahead of a block's first entry. The bytes are not copied; behind them are {@link #SLACK_BYTES} more. */
    void reset(byte[] block, int entries, Positions positions) {
        bytes = block;
        count = entries;
        listed = positions == Positions.LISTED;
        packed = block[0] == BlockSink.PACKED;
        entry = -1;
        next = 1;
        if (packed) {
            prefixLength = varint();
            suffixLength = varint();
            suffixesAt = next + prefixLength;
            suffixOf = -1;
            keyLength = prefixLength + suffixLength;
            enlargeKey();
            System.arraycopy(block, next, key, 0, prefixLength);
            prefix = keyLength == Long.BYTES ? (long) LONGS.get(key, 0) & ~suffixMask() : 0;
        } else {
            next += (count - 1) / BlockSink.RESTART_INTERVAL * Integer.BYTES;
            int start = next;
            shared = varint();
            firstKeyLength = varint();
            firstKeyAt = next;
            next = start;
        }
    }

    /** The ordinal of the entry; negative ahead of the first one. */
    int entry() {
        return entry;
    }

    /** Goes to the next entry; false at the block's end, where it stays at the last one. */
    boolean next() {
        if (entry == count - 1) {
            return false;
        }
        if (!packed) {
            if (listed && entry >= 0) {
                skipPositions();
            }
            decode(entry + 1);
        }
        entry++;
        return true;
    }

    /** Goes to an entry, forward or back. */
    void goTo(int target) {
        if (packed) {
            entry = target;
            return;
        }
        int restart = target / BlockSink.RESTART_INTERVAL;
        if (target < entry || entry < 0 || restart > entry / BlockSink.RESTART_INTERVAL) {
            restartAt(restart);
        }
        while (entry < target) {
            next();
        }
    }

    /**
     * Goes to the first entry at or above a key, from where it stands on, or to the last one if there is none.
     *
     * @param target at or above the first key of the block
     * @return where the entry's key stands relative to the target
     */
    int seek(KeyView target) {
        return packed ? seekPacked(target) : seekChained(target);
    }

    private int seekPacked(KeyView target) {
        byte[] wanted = target.bytes();
        if (keyLength == Long.BYTES && target.length() == Long.BYTES && suffixLength > 0) {
            return seekNumber((long) LONGS.get(wanted, target.from()));
        }
        int suffixFrom = Math.min(target.from() + prefixLength, target.to());
        int order = Arrays.compareUnsigned(key, 0, prefixLength, wanted, target.from(), suffixFrom);
        if (order != 0) {
            return passAll(order);
        }
        boolean numbers = target.length() == keyLength && suffixLength <= Long.BYTES && suffixLength > 0;
        int found = numbers
                ? firstNumber(number(wanted, suffixFrom, target.to()))
                : firstSuffix(wanted, suffixFrom, target.to());
        entry = Math.min(found, count - 1);
        if (found == count) {
            return -1;
        }
        return compareSuffix(entry, wanted, suffixFrom, target.to());
    }

    /** As {@link #seekPacked}, where the keys are as long as a number. */
    private int seekNumber(long wanted) {
        int order = Long.compareUnsigned(prefix, wanted & ~suffixMask());
        if (order != 0) {
            return passAll(order);
        }
        long suffix = wanted & suffixMask();
        int found = firstNumber(suffix);
        entry = Math.min(found, count - 1);
        return found == count ? -1 : Long.compare(numberOf(entry, suffixShift()), suffix ^ Long.MIN_VALUE);
    }

    /** Where all keys are on one side of the target, which their prefix tells. */
    private int passAll(int order) {
        entry = order > 0 ? Math.max(entry, 0) : count - 1;
        return order;
    }

    /** The bits of a number that are a suffix, which is not empty. */
    private long suffixMask() {
        return -1L >>> suffixShift();
    }

    /** How far a number is shifted for a suffix, which is not empty, to be left of it. */
    private int suffixShift() {
        return Long.SIZE - suffixLength * Byte.SIZE;
    }

    /** The first entry from here on whose suffix, as a number, is not below this one. */
    private int firstNumber(long wanted) {
        int shift = suffixShift();
        long flipped = wanted ^ Long.MIN_VALUE;
        int low = Math.max(entry, 0);
        int left = count - low;
        if (entry >= 0) {
            // the next key is likely near: steps that double
            int step = 1;
            while (step < left && numberOf(low + step, shift) < flipped) {
                low += step;
                left -= step;
                step <<= 1;
            }
            left = Math.min(left, step + 1);
        }
        while (left > 0) {
            int half = left >>> 1;
            if (numberOf(low + half, shift) < flipped) {
                low += half + 1;
                left -= half + 1;
            } else {
                left = half;
            }
        }
        return low;
    }

    /** In the order of signed numbers. */
    private long numberOf(int i, int shift) {
        return ((long) LONGS.get(bytes, suffixesAt + i * suffixLength) >>> shift) ^ Long.MIN_VALUE;
    }

    private static long number(byte[] source, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = (number << Byte.SIZE) | (source[i] & 0xFF);
        }
        return number;
    }

    private int firstSuffix(byte[] wanted, int from, int to) {
        int low = Math.max(entry, 0);
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compareSuffix(middle, wanted, from, to) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int compareSuffix(int i, byte[] wanted, int from, int to) {
        int at = suffixesAt + i * suffixLength;
        return Arrays.compareUnsigned(bytes, at, at + suffixLength, wanted, from, to);
    }

    private int seekChained(KeyView target) {
        byte[] wanted = target.bytes();
        int matched = 0;
        if (entry >= 0) {
            matched = matching(key, 0, keyLength, target, 0);
            int order = order(key, keyLength, matched, target);
            if (order >= 0) {
                return order;
            }
        }
        int here = Math.max(entry, 0) / BlockSink.RESTART_INTERVAL;
        int restart = lastRestartUpTo(target, here);
        if (restart > here) {
            restartAt(restart);
            matched = matching(key, 0, keyLength, target, 0);
            int order = order(key, keyLength, matched, target);
            if (order >= 0) {
                return order;
            }
        }
        while (next()) {
            if (shared < matched) {
                return 1;
            }
            if (shared == matched) {
                matched = matching(key, matched, keyLength, target, matched);
                if (matched == keyLength && matched == target.length()) {
                    return 0;
                }
                if (matched < keyLength
                        && (matched == target.length()
                                || (key[matched] & 0xFF) > (wanted[target.from() + matched] & 0xFF))) {
                    return 1;
                }
            }
        }
        return -1;
    }

    /** The last restart whose key is not above the target, if it is behind a given one, else that. */
    private int lastRestartUpTo(KeyView target, int here) {
        int low = here;
        int high = (count - 1) / BlockSink.RESTART_INTERVAL;
        if (low == high) {
            return here;
        }
        int matched = matching(bytes, firstKeyAt, firstKeyAt + firstKeyLength, target, 0);
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (restartIsAbove(middle, target, matched)) {
                high = middle - 1;
            } else {
                low = middle;
            }
        }
        return low;
    }

    /** @param matched how many bytes the target shares with the first key, which it is not below */
    private boolean restartIsAbove(int restart, KeyView target, int matched) {
        int back = next;
        next = placeOf(restart);
        int sharedWithFirst = varint();
        int suffix = varint();
        int at = next;
        next = back;
        if (sharedWithFirst != matched) {
            return sharedWithFirst < matched;
        }
        return Arrays.compareUnsigned(bytes, at, at + suffix, target.bytes(), target.from() + matched, target.to()) > 0;
    }

    /** How many bytes the target has in common with a key, from {@code known} on, those included. */
    private static int matching(byte[] source, int from, int to, KeyView target, int known) {
        int mismatch = Arrays.mismatch(source, from, to, target.bytes(), target.from() + known, target.to());
        return known + (mismatch < 0 ? to - from : mismatch);
    }

    private static int order(byte[] key, int length, int matched, KeyView target) {
        if (matched == length || matched == target.length()) {
            return length - target.length();
        }
        return (key[matched] & 0xFF) - (target.bytes()[target.from() + matched] & 0xFF);
    }

    private int placeOf(int restart) {
        return (int) Fences.INTS.get(bytes, 1 + (restart - 1) * Integer.BYTES);
    }

    private void restartAt(int restart) {
        next = restart == 0 ? 1 + (count - 1) / BlockSink.RESTART_INTERVAL * Integer.BYTES : placeOf(restart);
        entry = restart * BlockSink.RESTART_INTERVAL;
        decode(entry);
    }

    private void decode(int target) {
        shared = varint();
        int suffix = varint();
        keyLength = shared + suffix;
        enlargeKey();
        if (target % BlockSink.RESTART_INTERVAL == 0) {
            System.arraycopy(bytes, firstKeyAt, key, 0, shared);
        }
        System.arraycopy(bytes, next, key, shared, suffix);
        next += suffix;
        positionsAt = next;
    }

    private void enlargeKey() {
        if (key.length < keyLength) {
            key = Arrays.copyOf(key, Math.max(2 * key.length, keyLength));
        }
    }

    /** Moves a view to the entry's key, which stays until this moves. */
    void show(KeyView view) {
        if (packed && suffixOf != entry) {
            System.arraycopy(bytes, suffixesAt + entry * suffixLength, key, prefixLength, suffixLength);
            suffixOf = entry;
        }
        view.at(key, 0, keyLength);
    }

    /** The first of the entry's positions, where they are listed. */
    long firstPosition() {
        next = positionsAt;
        position = longVarint() - 1;
        return position;
    }

    /** The next of the entry's positions, after {@link #firstPosition}; negative if there is none. */
    long nextPosition() {
        long distance = longVarint();
        position += distance;
        return distance == 0 ? -1 : position;
    }

    private void skipPositions() {
        next = positionsAt;
        while (longVarint() != 0) {
            // the end is not known otherwise
        }
    }

    private int varint() {
        byte b = bytes[next];
        if (b >= 0) {
            next++;
            return b;
        }
        return (int) longVarint();
    }

    private long longVarint() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = bytes[next++];
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }
}
