package dev.firn.index;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
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
    private final IndexCounters counters = new IndexCounters();

    /**
     * Takes over a directory, which is created if it is missing. What an earlier owner did not finish is removed.
     *
     * @param shape of the files that will be written; others can be read
     */
    IndexStore(Path directory, String keyFormat, IndexShape shape) {
        this.directory = directory;
        this.keyFormat = keyFormat;
        this.shape = shape;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        removeFiles(name -> name.endsWith(TEMPORARY));
    }

    IndexCounters counters() {
        return counters;
    }

    /** A name that nobody else uses, nor a failed owner of the directory whose threads are still busy. */
    Path temporary() {
        return directory.resolve(UUID.randomUUID() + TEMPORARY);
    }

    IndexFileWriter write(Path path, Positions positions) throws IOException {
        return new IndexFileWriter(path, shape, positions);
    }

    /** Finishes a temporary file, and opens it. */
    KeyIndexFile finish(IndexFileWriter writer, Path temporary, FileIdentity dataFile) throws IOException {
        writer.finish(keyFormat, dataFile);
        return KeyIndexFile.open(temporary, counters);
    }

    /**
     * Finishes a temporary file and makes it the index of its data file. The name changes at once, after the content.
     */
    KeyIndexFile publish(IndexFileWriter writer, Path temporary, FileIdentity dataFile) throws IOException {
        writer.finish(keyFormat, dataFile);
        Path target = path(dataFile.location());
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return KeyIndexFile.open(target, counters);
    }

    /** The index of just this data file with keys in just this format, if there is one that can be read. */
    Optional<KeyIndexFile> open(FileIdentity dataFile) throws IOException {
        Path path = path(dataFile.location());
        if (!Files.exists(path)) {
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
    }

    void deleteAllBut(Stream<String> dataFileLocations) {
        Set<String> kept = dataFileLocations.map(IndexStore::name).collect(Collectors.toSet());
        removeFiles(name -> name.endsWith(SUFFIX) && !kept.contains(name));
    }

    LocalSpace.Usage usage() {
        File folder = directory.toFile();
        File[] files = folder.listFiles((parent, name) -> name.endsWith(SUFFIX));
        long indexBytes =
                files == null ? 0 : Arrays.stream(files).mapToLong(File::length).sum();
        return new LocalSpace.Usage(indexBytes, folder.getUsableSpace(), Math.max(0, folder.getTotalSpace()));
    }

    private void removeFiles(Predicate<String> which) {
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(file -> which.test(file.getFileName().toString())).forEach(this::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path path(String dataFileLocation) {
        return directory.resolve(name(dataFileLocation));
    }

    /** Locations are no file names. Should two of them hash to one name, the footer tells them apart. */
    private static String name(String dataFileLocation) {
        return UUID.nameUUIDFromBytes(dataFileLocation.getBytes(StandardCharsets.UTF_8)) + SUFFIX;
    }
}
