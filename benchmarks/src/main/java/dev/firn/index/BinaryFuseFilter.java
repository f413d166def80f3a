package dev.firn.index;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A binary fuse filter with fingerprints of 8 or 16 bits, to be compared with {@link SplitBlockBloomFilter}: T. M.
 * Graf, D. Lemire, "Binary Fuse Filters: Fast and Smaller Than Xor Filters", 2022. Each hash has three places in
 * neighbouring segments, and the fingerprints there give its own when they are put together by exclusive or.
 */
final class BinaryFuseFilter {

    private static final int MOST_ATTEMPTS = 100;

    private final int bits;
    private final int segmentLength;
    private final int segmentCountLength;
    private final short[] wide;
    private final byte[] narrow;
    private long seed;
    private int attempts;

    private BinaryFuseFilter(int keys, int bits) {
        this.bits = bits;
        this.segmentLength = 1 << (int) Math.floor(Math.log(keys) / Math.log(3.33) + 2.25);
        double sizeFactor = Math.max(1.125, 0.875 + 0.25 * Math.log(1e6) / Math.log(keys));
        int segments = Math.max(1, IndexShape.parts(Math.round(keys * sizeFactor), segmentLength) - 2);
        this.segmentCountLength = segments * segmentLength;
        int length = (segments + 2) * segmentLength;
        this.wide = new short[bits == 16 ? length : 0];
        this.narrow = new byte[bits == 8 ? length : 0];
    }

    /** @param hashes the first {@code count} are taken, and are all different */
    static BinaryFuseFilter of(long[] hashes, int count, int bits) {
        BinaryFuseFilter filter = new BinaryFuseFilter(count, bits);
        SplittableRandom random = new SplittableRandom(1);
        while (!filter.build(hashes, count, random.nextLong())) {
            if (filter.attempts == MOST_ATTEMPTS) {
                throw new IllegalStateException("No filter of " + count + " hashes in " + MOST_ATTEMPTS + " attempts");
            }
        }
        return filter;
    }

    /** Takes places that one hash alone has off, one after the other, and fills them in the opposite order. */
    private boolean build(long[] hashes, int count, long attempt) {
        seed = attempt;
        attempts++;
        int length = segmentCountLength + 2 * segmentLength;
        int[] users = new int[length];
        long[] together = new long[length];
        for (int i = 0; i < count; i++) {
            long hash = mixed(hashes[i]);
            for (int way = 0; way < 3; way++) {
                int place = place(hash, way);
                users[place]++;
                together[place] ^= hash;
            }
        }
        int[] queue = new int[length];
        int queued = 0;
        for (int place = 0; place < length; place++) {
            if (users[place] == 1) {
                queue[queued++] = place;
            }
        }
        long[] order = new long[count];
        int[] places = new int[count];
        int taken = 0;
        while (queued > 0) {
            int place = queue[--queued];
            if (users[place] != 1) {
                continue;
            }
            long hash = together[place];
            order[taken] = hash;
            places[taken++] = place;
            for (int way = 0; way < 3; way++) {
                int other = place(hash, way);
                together[other] ^= hash;
                if (--users[other] == 1) {
                    queue[queued++] = other;
                }
            }
        }
        if (taken < count) {
            return false;
        }
        Arrays.fill(wide, (short) 0);
        Arrays.fill(narrow, (byte) 0);
        for (int i = count - 1; i >= 0; i--) {
            long hash = order[i];
            int value = fingerprint(hash) ^ at(place(hash, 0)) ^ at(place(hash, 1)) ^ at(place(hash, 2));
            if (bits == 8) {
                narrow[places[i]] = (byte) value;
            } else {
                wide[places[i]] = (short) value;
            }
        }
        return true;
    }

    boolean mightContain(long key) {
        long hash = mixed(key);
        int value = fingerprint(hash) ^ at(place(hash, 0)) ^ at(place(hash, 1)) ^ at(place(hash, 2));
        return (bits == 8 ? (byte) value : (short) value) == 0;
    }

    int sizeInBytes() {
        return narrow.length + Short.BYTES * wide.length;
    }

    int attempts() {
        return attempts;
    }

    private int at(int place) {
        return bits == 8 ? narrow[place] : wide[place];
    }

    private long mixed(long key) {
        long hash = key + seed;
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    private static int fingerprint(long hash) {
        return (int) (hash ^ (hash >>> 32));
    }

    private int place(long hash, int way) {
        int first = (int) (((hash >>> 32) * segmentCountLength) >>> 32) + way * segmentLength;
        return switch (way) {
            case 0 -> first;
            case 1 -> first ^ (int) ((hash >>> 18) & (segmentLength - 1));
            default -> first ^ (int) (hash & (segmentLength - 1));
        };
    }
}
