package dev.firn.run;

import java.util.function.LongUnaryOperator;

/**
 * Positions in ascending order, asked for many at a time. Whoever goes from one to the next row by row then has an
 * array in its loop, and not the search in a bitmap, which is large once it is compiled, and compiled again whenever a
 * container of another kind turns up. One thread.
 */
public final class UpcomingPositions {

    private static final int AT_A_TIME = 256;

    private final LongUnaryOperator source;
    private final long end;
    private final long[] upcoming = new long[AT_A_TIME];
    private int at;
    private int size;
    private long from;

    /**
     * Goes to the first position at or above a given one.
     *
     * @param end a position behind the last one
     * @param source the first position at or above its argument, which is below {@code end}; {@code end} or more if
     *     there is none
     */
    public UpcomingPositions(long from, long end, LongUnaryOperator source) {
        this.from = from;
        this.end = end;
        this.source = source;
        fill();
    }

    /** The position that this stands at; {@code end} behind the last one. */
    public long current() {
        return upcoming[at];
    }

    /** As {@link #current}, and goes on to the next one. */
    public long take() {
        long taken = upcoming[at];
        if (taken < end) {
            at++;
            if (at == size) {
                fill();
            }
        }
        return taken;
    }

    private void fill() {
        at = 0;
        size = 0;
        while (size < AT_A_TIME && from < end) {
            long position = Math.min(end, source.applyAsLong(from));
            upcoming[size] = position;
            size++;
            from = position + 1;
        }
        if (size == 0) {
            upcoming[0] = end;
            size = 1;
        }
    }
}
