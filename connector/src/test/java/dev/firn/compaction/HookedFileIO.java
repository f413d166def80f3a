package dev.firn.compaction;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * Does something ahead of every operation, with its number: opening, reading, creating, writing and closing; small
 * writes go without. Knows which of its new files are still there.
 */
@SuppressWarnings("serial")
final class HookedFileIO implements FileIO {

    private final FileIO files;
    private final AtomicLong operations = new AtomicLong();
    private final Set<String> created = ConcurrentHashMap.newKeySet();
    private volatile LongConsumer hook = operation -> {};

    HookedFileIO(FileIO files) {
        this.files = files;
    }

    /** @param action told the number of each operation from now on, from 0 */
    void onEachOperation(LongConsumer action) {
        operations.set(0);
        hook = action;
    }

    long operations() {
        return operations.get();
    }

    Set<String> createdAndThere() {
        return created.stream().filter(this::exists).collect(Collectors.toSet());
    }

    private boolean exists(String location) {
        try {
            return files.newInputFile(location).exists();
        } catch (NotFoundException e) {
            return false;
        }
    }

    EncryptedOutputFile over(EncryptedOutputFile file) {
        return EncryptedFiles.encryptedOutput(output(file.encryptingOutputFile()), file.keyMetadata());
    }

    private void step() {
        hook.accept(operations.getAndIncrement());
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
                step();
                return new HookedInput(file.newStream());
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
        return output(files.newOutputFile(location));
    }

    private OutputFile output(OutputFile file) {
        return new OutputFile() {
            @Override
            public PositionOutputStream create() {
                step();
                created.add(location());
                return new HookedOutput(file.create());
            }

            @Override
            public PositionOutputStream createOrOverwrite() {
                step();
                created.add(location());
                return new HookedOutput(file.createOrOverwrite());
            }

            @Override
            public String location() {
                return file.location();
            }

            @Override
            public InputFile toInputFile() {
                return newInputFile(location());
            }
        };
    }

    @Override
    public void deleteFile(String location) {
        files.deleteFile(location);
    }

    private final class HookedInput extends SeekableInputStream {

        private final SeekableInputStream stream;

        HookedInput(SeekableInputStream stream) {
            this.stream = stream;
        }

        @Override
        public int read() throws IOException {
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
            stream.close();
        }
    }

    private final class HookedOutput extends PositionOutputStream {

        private final PositionOutputStream stream;

        HookedOutput(PositionOutputStream stream) {
            this.stream = stream;
        }

        @Override
        public void write(int value) throws IOException {
            stream.write(value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            // Parquet writes its footer a few bytes at a time, and there is no end of it.
            if (stream.getPos() == 0 || length > 100) {
                step();
            }
            stream.write(bytes, offset, length);
        }

        @Override
        public long getPos() throws IOException {
            return stream.getPos();
        }

        /** Fails after it closed: until then the file is not there. */
        @Override
        public void close() throws IOException {
            stream.close();
            step();
        }
    }
}
