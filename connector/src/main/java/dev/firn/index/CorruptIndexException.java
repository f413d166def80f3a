package dev.firn.index;

import java.nio.file.Path;

/** A local index file is not what was written. The remedy is to build it again. */
final class CorruptIndexException extends RuntimeException {

    CorruptIndexException(Path file, long offset, String problem) {
        super(file + " at offset " + offset + ": " + problem);
    }
}
