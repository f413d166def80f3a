package dev.firn.run;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SeekableInputStream;

/** Counts what is read of files, and which of the streams that read them are open. */
@SuppressWarnings("serial")
class CountingFileIO implements FileIO {

    final AtomicLong bytes = new AtomicLong();
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();
    private final FileIO files;

    CountingFileIO(FileIO files) {
        this.files = files;
    }

    @Override
    public InputFile newInputFile(String path) {
        InputFile file = files.newInputFile(path);
        return new InputFile() {
            @Override
            public long getLength() {
                return file.getLength();
            }

            @Override
            public SeekableInputStream newStream() {
                opened.incrementAndGet();
                open.incrementAndGet();
                return new Counting(file.newStream());
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
    public OutputFile newOutputFile(String path) {
        return files.newOutputFile(path);
    }

    @Override
    public void deleteFile(String path) {
        files.deleteFile(path);
    }

    private final class Counting extends SeekableInputStream {

        private final SeekableInputStream stream;
        private boolean closed;

        Counting(SeekableInputStream stream) {
            this.stream = stream;
        }

        @Override
        public int read() throws IOException {
            bytes.incrementAndGet();
            return stream.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = stream.read(target, offset, length);
            bytes.addAndGet(Math.max(count, 0));
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
