package dev.firn.columns;

import java.util.Arrays;

/** Which of the next rows are to be read: stretches, each with the rows that are left out ahead of it. */
public final class Stretches {

    private int[] skips = new int[16];
    private int[] lengths = new int[16];
    private int size;
    private int rows;

    public void clear() {
        size = 0;
        rows = 0;
    }

    /** Leaves rows out, and reads some behind them. */
    public void add(int skip, int length) {
        if (size == skips.length) {
            skips = Arrays.copyOf(skips, 2 * size);
            lengths = Arrays.copyOf(lengths, 2 * size);
        }
        skips[size] = skip;
        lengths[size] = length;
        size++;
        rows += length;
    }

    /** To be read. */
    public int rows() {
        return rows;
    }

    void read(ColumnSource column, ColumnVector into) {
        for (int i = 0; i < size; i++) {
            if (skips[i] > 0) {
                column.skip(skips[i]);
            }
            column.read(lengths[i], into);
        }
    }
}
