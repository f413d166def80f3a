package dev.firn.compaction;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.iceberg.io.FileRange;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;

/** A file whose reads are metered. */
final class MeteredInput implements InputFile {

    private final InputFile file;
    private final Meter meter;

    MeteredInput(InputFile file, Meter meter) {
        this.file = file;
        this.meter = meter;
    }

    @Override
    public long getLength() {
        meter.check();
        return file.getLength();
    }

    @Override
    public SeekableInputStream newStream() {
        meter.check();
        SeekableInputStream stream = file.newStream();
        return stream instanceof RangeReadable ranges
                ? new RangeStream(stream, ranges, meter)
                : new Stream(stream, meter);
    }

    @Override
    public String location() {
        return file.location();
    }

    @Override
    public boolean exists() {
        return file.exists();
    }

    private static class Stream extends SeekableInputStream {

        private final SeekableInputStream stream;
        private final Meter meter;

        Stream(SeekableInputStream stream, Meter meter) {
            this.stream = stream;
            this.meter = meter;
        }

        @Override
        public int read() throws IOException {
            meter.check();
            int value = stream.read();
            meter.read(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            meter.check();
            int count = stream.read(bytes, offset, length);
            meter.read(Math.max(count, 0));
            return count;
        }

        @Override
        public long getPos() throws IOException {
            return stream.getPos();
        }

        @Override
        public void seek(long position) throws IOException {
            meter.check();
            stream.seek(position);
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    /** A stream of a store that serves several ranges of a file at a time, which Parquet makes use of. */
    private static final class RangeStream extends Stream implements RangeReadable {

        private final RangeReadable ranges;
        private final Meter meter;

        RangeStream(SeekableInputStream stream, RangeReadable ranges, Meter meter) {
            super(stream, meter);
            this.ranges = ranges;
            this.meter = meter;
        }

        @Override
        public void readFully(long position, byte[] buffer, int offset, int length) throws IOException {
            meter.read(length);
            ranges.readFully(position, buffer, offset, length);
        }

        @Override
        public int readTail(byte[] buffer, int offset, int length) throws IOException {
            meter.read(length);
            return ranges.readTail(buffer, offset, length);
        }

        @Override
        public void readVectored(List<FileRange> wanted, IntFunction<ByteBuffer> allocate) throws IOException {
            meter.read(wanted.stream().mapToLong(FileRange::length).sum());
            ranges.readVectored(wanted, allocate);
        }
    }
}
