package dev.firn.columns;

import java.nio.IntBuffer;

/** Numbers of four bytes each. */
final class PlainInts implements PageValues {

    private final IntBuffer values;

    PlainInts(PageBytes bytes) {
        this.values = bytes.buffer().asIntBuffer();
    }

    @Override
    public void read(int count, ColumnVector into) {
        ((IntVector) into).append(values, count);
    }

    @Override
    public void skip(int count) {
        values.position(values.position() + count);
    }
}
