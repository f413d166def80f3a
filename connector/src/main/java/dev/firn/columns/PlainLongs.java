package dev.firn.columns;

import java.nio.LongBuffer;

/** Numbers of eight bytes each. */
final class PlainLongs implements PageValues {

    private final LongBuffer values;

    PlainLongs(PageBytes bytes) {
        this.values = bytes.buffer().asLongBuffer();
    }

    @Override
    public void read(int count, ColumnVector into) {
        ((LongVector) into).append(values, count);
    }

    @Override
    public void skip(int count) {
        values.position(values.position() + count);
    }
}
