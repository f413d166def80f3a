package dev.firn.index;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A local directory of one owner alone, for as long as that is open. A subtask that was believed dead may still work in
 * its directory when its successor starts on the same host, and each would delete what the other has just begun; so the
 * successor is given another directory, beside the one that it asked for. A dead process owns nothing.
 */
public final class OwnedDirectory implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(OwnedDirectory.class);
    private static final String LOCK = "owner.lock";

    private final Path path;
    private final @Nullable FileChannel lock;

    private OwnedDirectory(Path path, @Nullable FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Claims a directory, created if it is missing; or, while somebody else has it, the first free one beside it. */
    public static OwnedDirectory claim(Path wanted) throws IOException {
        OwnedDirectory claimed = tryClaim(wanted);
        if (claimed != null) {
            emptySpares(wanted);
            return claimed;
        }
        for (int number = 1; claimed == null; number++) {
            claimed = tryClaim(spare(wanted, number));
        }
        LOG.warn(
                "Local directory {} is in use by another run of this subtask, so {} is used: its key indexes are built"
                        + " anew",
                wanted,
                claimed.path());
        return claimed;
    }

    private static Path spare(Path wanted, int number) {
        return wanted.resolveSibling(wanted.getFileName() + "~" + number);
    }

    /** @return null if somebody has it */
    private static @Nullable OwnedDirectory tryClaim(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(
                Files.createDirectories(directory).resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return new OwnedDirectory(directory, channel);
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("{} is in use in this process", directory, e);
        } catch (IOException e) {
            LOG.warn("{} is on a disk without locks, so two runs of a subtask may meet there", directory, e);
            channel.close();
            return new OwnedDirectory(directory, null);
        }
        channel.close();
        return null;
    }

    /** Frees the disk of what was needed only while somebody else had the directory itself. */
    private static void emptySpares(Path wanted) throws IOException {
        for (int number = 1; Files.exists(spare(wanted, number)); number++) {
            try (OwnedDirectory spare = tryClaim(spare(wanted, number))) {
                if (spare != null) {
                    spare.empty();
                }
            }
        }
    }

    private void empty() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.toList()) {
                // Somebody may be about to lock it.
                if (!file.endsWith(LOCK)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    public Path path() {
        return path;
    }

    /** Leaves it to the next one, with what is in it. */
    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.close();
        }
    }
}
