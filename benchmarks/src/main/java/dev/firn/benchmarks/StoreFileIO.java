package dev.firn.benchmarks;

import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * Files of the local disk as if they were in an object store: what is read is counted, and the first read after a seek
 * is a request, which may be told to take time. For one table at a time: what it counts and waits is static, because
 * Iceberg makes as many of these as it likes.
 */
public final class StoreFileIO implements FileIO {

    private static final LongAdder BYTES = new LongAdder();
    private static final LongAdder REQUESTS = new LongAdder();
    private static volatile long latencyMillis;

    private final LocalFileIO files = new LocalFileIO();

    /** What was read since the process began. */
    public record Reads(long bytes, long requests) {

        public Reads since(Reads before) {
            return new Reads(bytes - before.bytes, requests - before.requests);
        }
    }

    public static Reads reads() {
        return new Reads(BYTES.sum(), REQUESTS.sum());
    }

    /** How long each request takes from now on, beside what the disk takes. */
    public static void delayRequests(long millis) {
        latencyMillis = millis;
    }

    @Override
    public InputFile newInputFile(String path) {
        return new Counted(files.newInputFile(path));
    }

    @Override
    public OutputFile newOutputFile(String path) {
        return files.newOutputFile(path);
    }

    @Override
    public void deleteFile(String path) {
        files.deleteFile(path);
    }

    private record Counted(InputFile file) implements InputFile {

        @Override
        public long getLength() {
            return file.getLength();
        }

        @Override
        public SeekableInputStream newStream() {
            return new CountedStream(file.newStream());
        }

        @Override
        public String location() {
            return file.location();
        }

        @Override
        public boolean exists() {
            return file.exists();
        }
    }

    private static final class CountedStream extends SeekableInputStream {

        private final SeekableInputStream in;
        private boolean isNewRequest = true;

        CountedStream(SeekableInputStream in) {
            this.in = in;
        }

        private void request() throws IOException {
            if (isNewRequest) {
                isNewRequest = false;
                REQUESTS.increment();
                if (latencyMillis > 0) {
                    try {
                        Thread.sleep(latencyMillis);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new IOException("Interrupted", e);
                    }
                }
            }
        }

        @Override
        public long getPos() throws IOException {
            return in.getPos();
        }

        @Override
        public void seek(long position) throws IOException {
            if (position != in.getPos()) {
                isNewRequest = true;
                in.seek(position);
            }
        }

        @Override
        public int read() throws IOException {
            request();
            int read = in.read();
            BYTES.add(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            request();
            int read = in.read(target, offset, length);
            BYTES.add(Math.max(0, read));
            return read;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
