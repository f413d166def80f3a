package dev.firn.columns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.io.ParquetDecodingException;

/** A part of a page on the heap. */
final class PageBytes {

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] array;
    private final int from;
    private final int end;

    private PageBytes(byte[] array, int from, int end) {
        if (from > end || end > array.length) {
            throw new ParquetDecodingException("A page of " + array.length + " bytes is to go to " + end);
        }
        this.array = array;
        this.from = from;
        this.end = end;
    }

    static PageBytes of(byte[] array) {
        return new PageBytes(array, 0, array.length);
    }

    static PageBytes of(BytesInput input) {
        try {
            ByteBufferInputStream stream = input.toInputStream();
            ByteBuffer buffer = stream.slice(stream.available());
            if (buffer.hasArray()) {
                int from = buffer.arrayOffset() + buffer.position();
                return new PageBytes(buffer.array(), from, from + buffer.remaining());
            }
            byte[] copy = new byte[buffer.remaining()];
            buffer.get(buffer.position(), copy);
            return of(copy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] array() {
        return array;
    }

    /** Where it begins in the array. */
    int from() {
        return from;
    }

    /** Behind its last byte in the array. */
    int end() {
        return end;
    }

    /**
     * Reads the length of a value that lies behind it.
     *
     * @param end behind the last byte of the page
     */
    static int lengthAt(byte[] array, int at, int end) {
        int length = end - at < Integer.BYTES ? -1 : (int) INTS.get(array, at);
        if (length < 0 || length > end - at - Integer.BYTES) {
            throw new ParquetDecodingException(
                    "A value of " + length + " bytes where the page has " + (end - at) + " left");
        }
        return length;
    }

    int length() {
        return end - from;
    }

    int intAt(int offset) {
        return (int) INTS.get(array, from + offset);
    }

    /** What lies behind so many bytes. */
    PageBytes behind(int bytes) {
        return new PageBytes(array, Math.addExact(from, bytes), end);
    }

    PageBytes first(int bytes) {
        return new PageBytes(array, from, Math.addExact(from, bytes));
    }

    ByteBuffer buffer() {
        return ByteBuffer.wrap(array, from, length()).slice().order(ByteOrder.LITTLE_ENDIAN);
    }
}
