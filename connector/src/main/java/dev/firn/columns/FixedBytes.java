package dev.firn.columns;

import org.apache.parquet.io.ParquetDecodingException;

/** Bytes of one length. */
final class FixedBytes implements PageValues {

    private final PageBytes bytes;
    private final int length;
    private int at;

    FixedBytes(PageBytes bytes, int length) {
        this.bytes = bytes;
        this.length = length;
        this.at = bytes.from();
    }

    @Override
    public void read(int count, ColumnVector into) {
        BytesVector values = (BytesVector) into;
        if ((long) count * length > bytes.end() - at) {
            throw new ParquetDecodingException(
                    count + " values of " + length + " bytes in a page that has " + (bytes.end() - at));
        }
        for (int i = 0; i < count; i++) {
            values.append(bytes.array(), at, length);
            at += length;
        }
    }

    @Override
    public void skip(int count) {
        at = Math.addExact(at, Math.multiplyExact(count, length));
    }
}
