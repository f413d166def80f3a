package dev.firn.columns;

/** The values of a {@link BytesVector} that are not null: where each of them is. The memory is used again. */
final class DenseBytes {

    private byte[] bytes = {};
    private int[] starts = new int[ColumnVector.MIN_CAPACITY];
    private int[] lengths = new int[ColumnVector.MIN_CAPACITY];
    private int count;

    void load(BytesVector vector) {
        int rows = vector.size();
        if (starts.length < rows) {
            starts = new int[Math.max(rows, ColumnVector.capacityBeyond(starts.length))];
            lengths = new int[starts.length];
        }
        bytes = vector.bytes();
        count = 0;
        boolean all = !vector.hasNulls();
        for (int row = 0; row < rows; row++) {
            if (all || !vector.isNull(row)) {
                starts[count] = vector.start(row);
                lengths[count] = vector.length(row);
                count++;
            }
        }
    }

    byte[] bytes() {
        return bytes;
    }

    int[] starts() {
        return starts;
    }

    int[] lengths() {
        return lengths;
    }

    int count() {
        return count;
    }
}
