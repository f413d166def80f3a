package dev.firn.run;

import java.io.IOException;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/** A file of Iceberg's as Parquet writes it. */
record ParquetOutput(OutputFile file) implements org.apache.parquet.io.OutputFile {

    @Override
    public org.apache.parquet.io.PositionOutputStream create(long blockSizeHint) {
        return stream(file.create());
    }

    @Override
    public org.apache.parquet.io.PositionOutputStream createOrOverwrite(long blockSizeHint) {
        return stream(file.createOrOverwrite());
    }

    @Override
    public boolean supportsBlockSize() {
        return false;
    }

    @Override
    public long defaultBlockSize() {
        return 0;
    }

    @Override
    public String getPath() {
        return file.location();
    }

    private static org.apache.parquet.io.PositionOutputStream stream(PositionOutputStream stream) {
        return new Buffered(stream);
    }

    /** Gathers what is small: Parquet writes its footer and indexes byte by byte. */
    private static final class Buffered extends org.apache.parquet.io.PositionOutputStream {

        private static final int BUFFER_BYTES = 32 << 10;

        private final PositionOutputStream file;
        private final byte[] buffer = new byte[BUFFER_BYTES];
        private int count;

        Buffered(PositionOutputStream file) {
            this.file = file;
        }

        @Override
        public long getPos() throws IOException {
            return file.getPos() + count;
        }

        @Override
        public void write(int value) throws IOException {
            if (count == buffer.length) {
                drain();
            }
            buffer[count++] = (byte) value;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > buffer.length - count) {
                drain();
            }
            if (length > buffer.length) {
                file.write(bytes, offset, length);
            } else {
                System.arraycopy(bytes, offset, buffer, count, length);
                count += length;
            }
        }

        private void drain() throws IOException {
            int filled = count;
            count = 0;
            file.write(buffer, 0, filled);
        }

        @Override
        public void flush() throws IOException {
            drain();
            file.flush();
        }

        @Override
        public void close() throws IOException {
            try (file) {
                drain();
            }
        }
    }
}
