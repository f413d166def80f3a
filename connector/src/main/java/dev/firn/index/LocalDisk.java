package dev.firn.index;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** Where index files are written. May be full. */
@FunctionalInterface
interface LocalDisk {

    LocalDisk REAL = path -> new FileOutputStream(path.toFile());

    OutputStream create(Path path) throws IOException;

    /** The same, telling its own errors from those of everything else. */
    default OutputStream open(Path path) throws LocalDiskException {
        try {
            return new Telling(path, create(path));
        } catch (IOException e) {
            throw new LocalDiskException(path, e);
        }
    }

    /** The local disk does not take what is written to it: no space is left, most likely. */
    final class LocalDiskException extends IOException {

        private static final long serialVersionUID = 1;

        LocalDiskException(Path path, IOException cause) {
            super(
                    "The local disk does not take the index file " + path + ": " + cause.getMessage()
                            + ". Make room on it, name a larger one with 'sink.local-directories', or have each subtask"
                            + " write to fewer buckets by a higher parallelism.",
                    cause);
        }
    }

    /** A stream whose errors are {@link LocalDiskException}s. */
    final class Telling extends OutputStream {

        private final Path path;
        private final OutputStream out;

        Telling(Path path, OutputStream out) {
            this.path = path;
            this.out = out;
        }

        @Override
        public void write(int oneByte) throws IOException {
            write(new byte[] {(byte) oneByte}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            try {
                out.write(bytes, from, count);
            } catch (IOException e) {
                throw new LocalDiskException(path, e);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                out.close();
            } catch (IOException e) {
                throw new LocalDiskException(path, e);
            }
        }
    }
}
