package dev.firn.index;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The local directory of one table's index files: their names, how they come and go. Any thread. */
final class IndexStore {

    private static final Logger LOG = LoggerFactory.getLogger(IndexStore.class);
    private static final String SUFFIX = ".keys";
    private static final String TEMPORARY = ".tmp";

    private final Path directory;
    private final String keyFormat;
    private final IndexShape shape;
    private final LocalDisk disk;
    private final LocalFiles files = new LocalFiles();
    private final IndexCounters counters = new IndexCounters();

    /**
     * Takes over a directory, which is created if it is missing. What an earlier owner did not finish is removed.
     *
     * @param shape of the files that will be written; others can be read
     */
    IndexStore(Path directory, String keyFormat, IndexShape shape) {
        this(directory, keyFormat, shape, LocalDisk.REAL);
    }

    IndexStore(Path directory, String keyFormat, IndexShape shape, LocalDisk disk) {
        this.directory = directory;
        this.keyFormat = keyFormat;
        this.shape = shape;
        this.disk = disk;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        removeFiles(name -> name.endsWith(TEMPORARY));
        for (File file : indexFiles()) {
            files.found(file.getName(), file.length());
        }
    }

    IndexCounters counters() {
        return counters;
    }

    /** A name that nobody else uses, nor a failed owner of the directory whose threads are still busy. */
    Path temporary() {
        return directory.resolve(UUID.randomUUID() + TEMPORARY);
    }

    IndexFileWriter write(Path path, Positions positions) throws IOException {
        OutputStream file = disk.open(path);
        try {
            return new IndexFileWriter(file, shape, positions);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Finishes a temporary file, and opens it. */
    KeyIndexFile finish(IndexFileWriter writer, Path temporary, FileIdentity dataFile) throws IOException {
        writer.finish(keyFormat, dataFile);
        return KeyIndexFile.open(temporary, counters);
    }

    /**
     * Finishes a temporary file and makes it the index of its data file. The name changes at once, after the content.
     * It is in use until {@link #letGo}.
     */
    KeyIndexFile publish(IndexFileWriter writer, Path temporary, FileIdentity dataFile) throws IOException {
        writer.finish(keyFormat, dataFile);
        Path target = path(dataFile.location());
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        KeyIndexFile file = KeyIndexFile.open(target, counters);
        String name = name(dataFile.location());
        files.use(name);
        files.sized(name, file.size());
        return file;
    }

    /** Says that a file which was published or opened is not used any more. */
    void letGo(KeyIndexFile file) {
        files.letGo(file.name());
    }

    /**
     * Deletes files that nobody uses, the least useful first, until no more than so many bytes are left.
     *
     * @return how many bytes there are too many then, all of files in use
     */
    long evictTo(long bytes) {
        List<String> evicted = files.evict(files.bytes() - bytes);
        evicted.forEach(name -> delete(directory.resolve(name)));
        counters.evictions.add(evicted.size());
        return Math.max(0, files.bytes() - bytes);
    }

    /** The index of just this data file with keys in just this format, if there is one that can be read. */
    Optional<KeyIndexFile> open(FileIdentity dataFile) throws IOException {
        String name = name(dataFile.location());
        // ahead of the look, so that it is not deleted meanwhile
        files.use(name);
        Optional<KeyIndexFile> usable = Optional.empty();
        try {
            usable = openUsed(dataFile);
            usable.ifPresent(file -> files.sized(name, file.size()));
            return usable;
        } finally {
            if (usable.isEmpty()) {
                files.letGo(name);
            }
        }
    }

    private Optional<KeyIndexFile> openUsed(FileIdentity dataFile) throws IOException {
        Path path = path(dataFile.location());
        if (!Files.exists(path)) {
            files.deleted(name(dataFile.location()));
            return Optional.empty();
        }
        try {
            KeyIndexFile file = KeyIndexFile.open(path, counters);
            IndexFooter footer = file.footer();
            boolean fits =
                    footer.dataFile().equals(dataFile) && footer.keyFormat().equals(keyFormat);
            return fits ? Optional.of(file) : Optional.empty();
        } catch (CorruptIndexException e) {
            LOG.warn(
                    "The key index of {} is unusable and will be built again: {}", dataFile.location(), e.getMessage());
            return Optional.empty();
        }
    }

    void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warn("Could not delete the local file {}", path, e);
        }
    }

    void deleteIndex(String dataFileLocation) {
        delete(path(dataFileLocation));
        files.deleted(name(dataFileLocation));
    }

    void deleteAllBut(Stream<String> dataFileLocations) {
        Set<String> kept = dataFileLocations.map(IndexStore::name).collect(Collectors.toSet());
        for (String name : removeFiles(name -> name.endsWith(SUFFIX) && !kept.contains(name))) {
            files.deleted(name);
        }
    }

    LocalSpace.Usage usage() {
        File folder = directory.toFile();
        long indexBytes = indexFiles().stream().mapToLong(File::length).sum();
        return new LocalSpace.Usage(
                indexBytes,
                Math.min(files.idleBytes(), indexBytes),
                folder.getUsableSpace(),
                Math.max(0, folder.getTotalSpace()));
    }

    private List<File> indexFiles() {
        File[] found = directory.toFile().listFiles((parent, name) -> name.endsWith(SUFFIX));
        return found == null ? List.of() : List.of(found);
    }

    /** @return the names of those that were removed */
    private List<String> removeFiles(Predicate<String> which) {
        try (Stream<Path> all = Files.list(directory)) {
            List<String> names =
                    all.map(file -> file.getFileName().toString()).filter(which).toList();
            names.forEach(name -> delete(directory.resolve(name)));
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path path(String dataFileLocation) {
        return directory.resolve(name(dataFileLocation));
    }

    /** Locations are no file names. Should two of them hash to one name, the footer tells them apart. */
    static String name(String dataFileLocation) {
        return UUID.nameUUIDFromBytes(dataFileLocation.getBytes(StandardCharsets.UTF_8)) + SUFFIX;
    }
}
