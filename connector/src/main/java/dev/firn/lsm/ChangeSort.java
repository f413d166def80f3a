package dev.firn.lsm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Sorts changes by key. Eight bytes of each key are taken behind what all have in common, and sorted with the change's
 * address, byte by byte from the last one (radix sort); where they are equal, it goes on with the next eight bytes. So
 * memory is read once for eight bytes of a key, and in order while it is sorted.
 */
final class ChangeSort {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Fewer changes are sorted by comparing them, and so are those that have more in common than this. */
    private static final int FEW = 64;

    private static final int MAX_DEPTH = 50;
    private static final int[] GAPS = {701, 301, 132, 57, 23, 10, 4, 1};
    private static final int RADIX = 1 << Byte.SIZE;

    private final Arena arena;
    private final int[] addresses;
    private final int[] otherAddresses;
    private final long[] words;
    private final long[] otherWords;
    private final int[][] counts = new int[Long.BYTES][RADIX];

    /**
     * @param addresses of changes with different keys, marked or not, best in the order of memory, in which all keys
     *     are looked at first; they will be sorted
     */
    ChangeSort(Arena arena, int[] addresses) {
        this.arena = arena;
        this.addresses = addresses;
        this.otherAddresses = new int[addresses.length];
        this.words = new long[addresses.length];
        this.otherWords = new long[addresses.length];
    }

    void sort() {
        sort(0, addresses.length, 0, 0);
    }

    /** @param common bytes that all keys of the range have in common, where a key that ends earlier goes on with 0 */
    private void sort(int start, int end, int common, int depth) {
        if (end - start <= FEW || depth == MAX_DEPTH) {
            sortByComparing(start, end, common);
            return;
        }
        int from = endedFirst(start, end, common);
        int shared = shared(from, end, common);
        for (int i = from; i < end; i++) {
            words[i] = word(addresses[i], shared);
        }
        sortWords(from, end);
        int first = from;
        for (int i = from + 1; i <= end; i++) {
            if (i == end || words[i] != words[first]) {
                if (i - first > 1) {
                    sort(first, i, shared + Long.BYTES, depth + 1);
                }
                first = i;
            }
        }
    }

    /** Brings keys that end within what all have in common to the front, the shorter ones first. */
    private int endedFirst(int start, int end, int common) {
        int next = start;
        for (int i = start; i < end; i++) {
            if (keyLength(addresses[i]) <= common) {
                swap(next++, i);
            }
        }
        sortByComparing(start, next, 0);
        return next;
    }

    /** How many bytes the keys of a range have in common, which are longer than those known. */
    private int shared(int start, int end, int common) {
        byte[] page = arena.page(addresses[start]);
        int key = keyStart(addresses[start]);
        int shared = keyLength(addresses[start]);
        for (int i = start + 1; i < end && shared > common; i++) {
            int other = keyStart(addresses[i]);
            int length = Math.min(shared, keyLength(addresses[i]));
            int mismatch = Arrays.mismatch(
                    page, key + common, key + length, arena.page(addresses[i]), other + common, other + length);
            shared = mismatch < 0 ? length : common + mismatch;
        }
        return shared;
    }

    /** Eight bytes of a key; behind its end zeros. */
    private long word(int address, int skipped) {
        byte[] page = arena.page(address);
        int start = keyStart(address) + skipped;
        int left = keyLength(address) - skipped;
        if (left >= Long.BYTES) {
            return (long) LONGS.get(page, start);
        }
        long word = 0;
        for (int i = 0; i < left; i++) {
            word |= (page[start + i] & 0xFFL) << (Long.SIZE - Byte.SIZE - i * Byte.SIZE);
        }
        return word;
    }

    private void sortWords(int start, int end) {
        for (int[] ofByte : counts) {
            Arrays.fill(ofByte, 0);
        }
        for (int i = start; i < end; i++) {
            long word = words[i];
            for (int[] ofByte : counts) {
                ofByte[(int) word & (RADIX - 1)]++;
                word >>>= Byte.SIZE;
            }
        }
        long[] fromWords = words;
        int[] fromAddresses = addresses;
        long[] toWords = otherWords;
        int[] toAddresses = otherAddresses;
        for (int digit = 0; digit < Long.BYTES; digit++) {
            int shift = digit * Byte.SIZE;
            int[] next = counts[digit];
            if (next[(int) (fromWords[start] >>> shift) & (RADIX - 1)] == end - start) {
                continue;
            }
            int sum = start;
            for (int i = 0; i < RADIX; i++) {
                int count = next[i];
                next[i] = sum;
                sum += count;
            }
            for (int i = start; i < end; i++) {
                int target = next[(int) (fromWords[i] >>> shift) & (RADIX - 1)]++;
                toWords[target] = fromWords[i];
                toAddresses[target] = fromAddresses[i];
            }
            long[] swappedWords = fromWords;
            fromWords = toWords;
            toWords = swappedWords;
            int[] swappedAddresses = fromAddresses;
            fromAddresses = toAddresses;
            toAddresses = swappedAddresses;
        }
        if (fromWords != words) {
            System.arraycopy(otherWords, start, words, start, end - start);
            System.arraycopy(otherAddresses, start, addresses, start, end - start);
        }
    }

    /** Shell sort (D. Shell, 1959) with the gaps of M. Ciura, 2001. */
    private void sortByComparing(int start, int end, int common) {
        for (int gap : GAPS) {
            for (int i = start + gap; i < end; i++) {
                int address = addresses[i];
                int at = i;
                while (at - gap >= start && compare(addresses[at - gap], address, common) > 0) {
                    addresses[at] = addresses[at - gap];
                    at -= gap;
                }
                addresses[at] = address;
            }
        }
    }

    private int compare(int one, int other, int common) {
        int oneEnd = keyStart(one) + keyLength(one);
        int otherEnd = keyStart(other) + keyLength(other);
        int order = Arrays.compareUnsigned(
                arena.page(one),
                Math.min(keyStart(one) + common, oneEnd),
                oneEnd,
                arena.page(other),
                Math.min(keyStart(other) + common, otherEnd),
                otherEnd);
        return order != 0 ? order : keyLength(one) - keyLength(other);
    }

    private int keyStart(int address) {
        return Arena.offset(address) + MemTable.HEADER_BYTES;
    }

    private int keyLength(int address) {
        return (int) Arena.INTS.get(arena.page(address), Arena.offset(address));
    }

    private void swap(int i, int j) {
        int address = addresses[i];
        addresses[i] = addresses[j];
        addresses[j] = address;
    }
}
