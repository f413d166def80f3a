package dev.firn.run;

import java.io.IOException;
import java.io.InputStream;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of Iceberg's as Parquet takes it, to be opened once. A part of it can be held in memory, since Parquet reads
 * its indexes byte by byte, and more than once.
 */
final class ParquetInput implements org.apache.parquet.io.InputFile {

    private static final int MAX_HELD_BYTES = 4 << 20;

    private final InputFile file;
    private @Nullable Stream stream;

    ParquetInput(InputFile file) {
        this.file = file;
    }

    /** Reads a part once and holds it in place of the one before, unless it is too long for that. */
    void hold(long from, long end) throws IOException {
        if (stream != null && end - from <= MAX_HELD_BYTES) {
            stream.hold(from, (int) (end - from));
        }
    }

    @Override
    public long getLength() {
        return file.getLength();
    }

    @Override
    public org.apache.parquet.io.SeekableInputStream newStream() {
        Stream opened = new Stream(file.newStream());
        stream = opened;
        return new DelegatingSeekableInputStream(opened) {
            @Override
            public long getPos() {
                return opened.position;
            }

            @Override
            public void seek(long position) {
                opened.position = position;
            }
        };
    }

    @Override
    public String toString() {
        return file.location();
    }

    private static final class Stream extends InputStream {

        private final SeekableInputStream file;
        private long position;
        private long heldFrom;
        private byte[] held = new byte[0];

        Stream(SeekableInputStream file) {
            this.file = file;
        }

        void hold(long from, int length) throws IOException {
            seekFile(from);
            held = file.readNBytes(length);
            heldFrom = from;
        }

        @Override
        public int read() throws IOException {
            if (heldBytes() > 0) {
                return held[(int) (position++ - heldFrom)] & 0xff;
            }
            seekFile(position);
            int read = file.read();
            if (read >= 0) {
                position++;
            }
            return read;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = (int) Math.min(length, heldBytes());
            if (count > 0) {
                System.arraycopy(held, (int) (position - heldFrom), target, offset, count);
            } else {
                seekFile(position);
                count = file.read(target, offset, length);
            }
            position += Math.max(count, 0);
            return count;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }

        private long heldBytes() {
            return position < heldFrom ? 0 : Math.max(heldFrom + held.length - position, 0);
        }

        private void seekFile(long to) throws IOException {
            if (file.getPos() != to) {
                file.seek(to);
            }
        }
    }
}
