package dev.firn.columns;

/**
 * Parquet's hybrid of run lengths and bit packing, for numbers of at most 31 bits: what repeats at least eight times is
 * a run, all else is packed by eight.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/data-pages/encodings/">Encodings</a>
 */
final class RunLengths {

    private static final int GROUP = 8;

    // As many groups as a header of one byte can tell.
    private static final int MAX_GROUPS = 63;

    private RunLengths() {}

    static void write(int[] numbers, int count, int width, PageBuffer to) {
        int at = 0;
        while (at < count) {
            int end = runEnd(numbers, at, count);
            if (end - at >= GROUP) {
                writeRun(numbers[at], end - at, width, to);
                at = end;
            } else {
                at = writePacked(numbers, at, count, width, to);
            }
        }
    }

    static void writeRun(int number, int times, int width, PageBuffer to) {
        to.writeVarInt(times << 1);
        to.writeLow(number, (width + 7) / 8);
    }

    private static int writePacked(int[] numbers, int from, int count, int width, PageBuffer to) {
        int header = to.size();
        to.writeByte(0);
        int at = from;
        int groups = 0;
        do {
            pack(numbers, at, Math.min(GROUP, count - at), width, to);
            at += GROUP;
            groups++;
        } while (at < count && groups < MAX_GROUPS && !repeats(numbers, at, count));
        to.setByte(header, (groups << 1) | 1);
        return Math.min(at, count);
    }

    private static void pack(int[] numbers, int from, int count, int width, PageBuffer to) {
        long packed = 0;
        int bits = 0;
        for (int i = 0; i < GROUP; i++) {
            packed |= (i < count ? (long) numbers[from + i] : 0L) << bits;
            bits += width;
            if (bits >= Integer.SIZE) {
                to.writeLow(packed, Integer.BYTES);
                packed >>>= Integer.SIZE;
                bits -= Integer.SIZE;
            }
        }
        to.writeLow(packed, bits / 8);
    }

    private static boolean repeats(int[] numbers, int from, int count) {
        return count - from >= GROUP && runEnd(numbers, from, from + GROUP) == from + GROUP;
    }

    private static int runEnd(int[] numbers, int from, int limit) {
        int number = numbers[from];
        int end = from + 1;
        while (end < limit && numbers[end] == number) {
            end++;
        }
        return end;
    }
}
