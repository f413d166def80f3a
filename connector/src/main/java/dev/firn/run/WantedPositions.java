package dev.firn.run;

import java.util.function.LongUnaryOperator;

/**
 * Which rows of a file are to be read.
 *
 * @param first the first one
 * @param end a position behind the last one, at most the file's rows
 * @param next the first wanted position at or above its argument, which is below {@code end}; {@code end} or more if
 *     there is none
 */
public record WantedPositions(long first, long end, LongUnaryOperator next) {

    public WantedPositions {
        if (first < 0 || end <= first) {
            throw new IllegalArgumentException("No positions from " + first + " to " + end);
        }
    }

    /** Every position of a file. */
    public static WantedPositions all(long rows) {
        return new WantedPositions(0, rows, position -> position);
    }

    /** The first one at or above a position; {@code end} or more if there is none. */
    long from(long position) {
        return position >= end ? end : next.applyAsLong(Math.max(position, first));
    }
}
