package dev.firn.feed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SeekableInputStream;

/** Files in memory that know which of them were opened, how many streams are open, and can fail. */
@SuppressWarnings("serial")
final class TrackedFileIO implements FileIO {

    private final InMemoryFileIO files = new InMemoryFileIO();
    private final AtomicInteger open = new AtomicInteger();
    private final List<String> opened = new ArrayList<>();
    private long readsUntilFailure = Long.MAX_VALUE;

    int openStreams() {
        return open.get();
    }

    List<String> opened() {
        return opened;
    }

    void failAfterReads(long reads) {
        readsUntilFailure = reads;
    }

    private void step() throws IOException {
        if (readsUntilFailure-- <= 0) {
            throw new IOException("The storage is gone");
        }
    }

    @Override
    public InputFile newInputFile(String location) {
        InputFile file = files.newInputFile(location);
        return new InputFile() {
            @Override
            public long getLength() {
                return file.getLength();
            }

            @Override
            public SeekableInputStream newStream() {
                opened.add(location);
                open.incrementAndGet();
                return new TrackedStream(file.newStream());
            }

            @Override
            public String location() {
                return location;
            }

            @Override
            public boolean exists() {
                return file.exists();
            }
        };
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return files.newOutputFile(location);
    }

    @Override
    public void deleteFile(String location) {
        files.deleteFile(location);
    }

    private final class TrackedStream extends SeekableInputStream {

        private final SeekableInputStream stream;
        private boolean closed;

        TrackedStream(SeekableInputStream stream) {
            this.stream = stream;
        }

        @Override
        public int read() throws IOException {
            step();
            return stream.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            step();
            return stream.read(bytes, offset, length);
        }

        @Override
        public long getPos() throws IOException {
            return stream.getPos();
        }

        @Override
        public void seek(long position) throws IOException {
            stream.seek(position);
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
            }
            stream.close();
        }
    }
}
