package dev.firn.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SeekableInputStream;

/** Tells what is read of files, and which of the streams that read them are open. Reads can fail. */
@SuppressWarnings("serial")
public class TrackedFileIO implements FileIO {

    private final FileIO files;
    private final AtomicLong bytesRead = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger();
    private final List<String> opened = new ArrayList<>();
    private long readsUntilFailure = Long.MAX_VALUE;

    public TrackedFileIO(FileIO files) {
        this.files = files;
    }

    public long bytesRead() {
        return bytesRead.get();
    }

    public int openStreams() {
        return open.get();
    }

    /** The locations of all streams so far. */
    public List<String> opened() {
        return opened;
    }

    public void failAfterReads(long reads) {
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
                return file.location();
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
            bytesRead.incrementAndGet();
            return stream.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            step();
            int count = stream.read(bytes, offset, length);
            bytesRead.addAndGet(Math.max(count, 0));
            return count;
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
