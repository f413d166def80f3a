package dev.firn.sink;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The name of a local directory that nobody else on this machine has until this is closed: several compaction jobs may
 * take care of one table, and each needs one of its own.
 *
 * @param owner the name
 */
record OwnDirectory(String owner, FileChannel lock) implements Closeable {

    /** @param wanted the name, if it is free, and else one that begins so */
    static OwnDirectory take(Path parent, String wanted) throws IOException {
        Files.createDirectories(parent);
        String owner = wanted;
        for (int others = 1; ; others++) {
            FileChannel lock = lock(parent.resolve(owner + ".lock"));
            if (lock != null) {
                return new OwnDirectory(owner, lock);
            }
            owner = wanted + "-" + others;
        }
    }

    private static @Nullable FileChannel lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(channel) != null) {
            return channel;
        }
        channel.close();
        return null;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
