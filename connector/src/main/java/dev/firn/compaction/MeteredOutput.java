package dev.firn.compaction;

import java.io.IOException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/**
 * A file whose writes are metered. A stream that fails or is cancelled closes itself, for Parquet does not close it
 * then, and a file that is still open cannot be deleted for good.
 */
final class MeteredOutput implements OutputFile {

    private final OutputFile file;
    private final Meter meter;

    MeteredOutput(OutputFile file, Meter meter) {
        this.file = file;
        this.meter = meter;
    }

    @Override
    public PositionOutputStream create() {
        meter.check();
        return new Stream(file.create(), meter);
    }

    @Override
    public PositionOutputStream createOrOverwrite() {
        meter.check();
        return new Stream(file.createOrOverwrite(), meter);
    }

    @Override
    public String location() {
        return file.location();
    }

    @Override
    public InputFile toInputFile() {
        return file.toInputFile();
    }

    private static final class Stream extends PositionOutputStream {

        private final PositionOutputStream stream;
        private final Meter meter;
        private boolean closed;

        Stream(PositionOutputStream stream, Meter meter) {
            this.stream = stream;
            this.meter = meter;
        }

        @FunctionalInterface
        private interface Write {
            void run() throws IOException;
        }

        @Override
        public void write(int value) throws IOException {
            orClose(1, () -> stream.write(value));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            orClose(length, () -> stream.write(bytes, offset, length));
        }

        @Override
        public void flush() throws IOException {
            orClose(0, stream::flush);
        }

        private void orClose(long bytes, Write write) throws IOException {
            try {
                meter.write(bytes);
                write.run();
            } catch (IOException | RuntimeException e) {
                try {
                    close();
                } catch (IOException | RuntimeException suppressed) {
                    e.addSuppressed(suppressed);
                }
                throw e;
            }
        }

        @Override
        public long getPos() throws IOException {
            return stream.getPos();
        }

        @Override
        public long storedLength() throws IOException {
            return stream.storedLength();
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                stream.close();
            }
        }
    }
}
