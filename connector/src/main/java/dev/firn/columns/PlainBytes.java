package dev.firn.columns;

import org.apache.parquet.io.ParquetDecodingException;

/** Bytes with their length, of four bytes, ahead of them. */
final class PlainBytes implements PageValues {

    private final byte[] bytes;
    private final int end;
    private int at;

    PlainBytes(PageBytes bytes) {
        this.bytes = bytes.array();
        this.at = bytes.from();
        this.end = bytes.end();
    }

    @Override
    public void read(int count, ColumnVector into) {
        BytesVector values = (BytesVector) into;
        for (int i = 0; i < count; i++) {
            int length = length();
            values.append(bytes, at, length);
            at += length;
        }
    }

    @Override
    public void skip(int count) {
        for (int i = 0; i < count; i++) {
            int length = length();
            at += length;
        }
    }

    private int length() {
        int length = (int) PageBytes.INTS.get(bytes, at);
        at += Integer.BYTES;
        if (length < 0 || length > end - at) {
            throw new ParquetDecodingException("A value of " + length + " bytes in a page that has " + (end - at));
        }
        return length;
    }
}
