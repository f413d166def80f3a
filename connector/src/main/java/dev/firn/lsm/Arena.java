package dev.firn.lsm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.core.memory.MemorySegmentFactory;

/**
 * Bytes in pages, which are let go all at once. A page is at most a quarter of what there was before, so that little is
 * held in vain, and below the size from which collectors treat an array as a special case; only what is larger than
 * that has a page of its own.
 */
final class Arena {

    static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    /** A bit that no address has. Whoever keeps addresses may set it, and reads with it all the same. */
    static final int MARK = 1 << (Integer.SIZE - 1);

    /** Addresses count in these. */
    private static final int UNIT_BITS = 3;

    private static final int OFFSET_BITS = 15;
    private static final int MAX_PAGE_BYTES = 1 << (OFFSET_BITS + UNIT_BITS);
    private static final int MIN_PAGE_BYTES = 512;
    private static final int MAX_PAGES = (1 << (Integer.SIZE - 1 - OFFSET_BITS)) - 1;

    /** A page's array header, its segment, and the two references to them. */
    private static final int PAGE_OVERHEAD_BYTES = 80;

    private byte[][] pages = {};
    private MemorySegment[] segments = {};
    private int count;
    private int used;
    private long bytes;

    /**
     * Room for so many bytes in one page.
     *
     * @return where it is, not negative
     */
    int allocate(int size) {
        if (count == 0 || pages[count - 1].length - used < size) {
            addPage(Math.max(size, (int) Math.min(MAX_PAGE_BYTES, Math.max(MIN_PAGE_BYTES, bytes / 4))));
        }
        int address = ((count - 1) << OFFSET_BITS) | (used >>> UNIT_BITS);
        used = Math.min(pages[count - 1].length, (used + size + (1 << UNIT_BITS) - 1) & -(1 << UNIT_BITS));
        return address;
    }

    private void addPage(int size) {
        if (count == MAX_PAGES) {
            throw new IllegalStateException("One bucket buffers " + bytes + " bytes. Choose a smaller write buffer");
        }
        if (count == pages.length) {
            int capacity = Math.max(8, 2 * count);
            pages = Arrays.copyOf(pages, capacity);
            segments = Arrays.copyOf(segments, capacity);
        }
        pages[count] = new byte[size];
        segments[count] = MemorySegmentFactory.wrap(pages[count]);
        count++;
        used = 0;
        bytes += size + PAGE_OVERHEAD_BYTES;
    }

    /** The page of an address. */
    byte[] page(int address) {
        return pages[unmarked(address) >>> OFFSET_BITS];
    }

    MemorySegment segment(int address) {
        return segments[unmarked(address) >>> OFFSET_BITS];
    }

    static int unmarked(int address) {
        return address & ~MARK;
    }

    /** Where in its page an address is. */
    static int offset(int address) {
        return (address & ((1 << OFFSET_BITS) - 1)) << UNIT_BITS;
    }

    /** Heap that the pages take, filled or not. */
    long bytes() {
        return bytes;
    }

    void clear() {
        pages = new byte[0][];
        segments = new MemorySegment[0];
        count = 0;
        used = 0;
        bytes = 0;
    }
}
