package dev.firn.iceberg;

import dev.firn.iceberg.TableDefinition.Bucketing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.BaseMetastoreTableOperations;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.jspecify.annotations.Nullable;

/**
 * A table in a directory whose metadata do not name that directory, so that it may be copied to another one or to
 * another machine. A file beside it, {@code current}, names the newest metadata file.
 */
public final class PortableTable implements TableLoader {

    private static final long serialVersionUID = 1L;

    /** Stands in the table's metadata for the directory. */
    public static final String LOCATION = "portable://table";

    private static final Object COMMITS = new Object();

    private final String directory;

    private PortableTable(String directory) {
        this.directory = directory;
    }

    /** The table that is in a directory. */
    public static PortableTable in(Path directory) {
        return new PortableTable(directory.toString());
    }

    /** An empty table as Firn creates it. */
    public static PortableTable create(Path directory, RowType columns, List<String> primaryKey) {
        TableDefinition definition = new TableDefinition(columns, primaryKey, List.of(), Bucketing.DEFAULT, Map.of());
        NewTable table = new NewTable(definition);
        new Operations(directory)
                .commit(
                        null,
                        TableMetadata.newTableMetadata(
                                definition.schema(),
                                table.partitionSpec(),
                                table.sortOrder(),
                                LOCATION,
                                table.properties()));
        return in(directory);
    }

    public Path directory() {
        return Path.of(directory);
    }

    @Override
    public void open() {}

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public Table loadTable() {
        return new BaseTable(new Operations(directory()), "portable");
    }

    @Override
    @SuppressWarnings("MissingSuperCall")
    public TableLoader clone() {
        return this;
    }

    @Override
    public void close() {}

    private static final class Operations extends BaseMetastoreTableOperations {

        private final Path directory;

        Operations(Path directory) {
            this.directory = directory;
        }

        @Override
        protected String tableName() {
            return "portable";
        }

        @Override
        public FileIO io() {
            return new PortableFileIO(directory.toString());
        }

        @Override
        protected void doRefresh() {
            refreshFromMetadataLocation(pointer());
        }

        private @Nullable String pointer() {
            try {
                return Files.readString(directory.resolve("current")).strip();
            } catch (NoSuchFileException e) {
                return null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        protected void doCommit(TableMetadata base, TableMetadata metadata) {
            String location = writeNewMetadataIfRequired(base == null, metadata);
            synchronized (COMMITS) {
                if (base != null && !base.metadataFileLocation().equals(pointer())) {
                    throw new CommitFailedException("%s is not current any more", base.metadataFileLocation());
                }
                try {
                    Path next = Files.writeString(directory.resolve("current.tmp"), location + "\n");
                    Files.move(
                            next,
                            directory.resolve("current"),
                            StandardCopyOption.ATOMIC_MOVE,
                            StandardCopyOption.REPLACE_EXISTING);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** Files below {@link #LOCATION} are in a directory. */
    private record PortableFileIO(String directory) implements SupportsPrefixOperations {

        private static final long serialVersionUID = 1L;

        private Path path(String location) {
            if (!location.startsWith(LOCATION + "/")) {
                throw new IllegalArgumentException("Not below " + LOCATION + ": " + location);
            }
            return Path.of(directory, location.substring(LOCATION.length() + 1));
        }

        private String location(Path path) {
            return LOCATION + "/" + Path.of(directory).relativize(path);
        }

        @Override
        public InputFile newInputFile(String location) {
            return new Input(org.apache.iceberg.Files.localInput(path(location).toFile()), location);
        }

        @Override
        public OutputFile newOutputFile(String location) {
            return new Output(
                    org.apache.iceberg.Files.localOutput(path(location).toFile()), location);
        }

        @Override
        public void deleteFile(String location) {
            try {
                Files.deleteIfExists(path(location));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Iterable<FileInfo> listPrefix(String prefix) {
            try (Stream<Path> files = Files.walk(path(prefix))) {
                return files.filter(Files::isRegularFile).map(this::info).toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private FileInfo info(Path file) {
            try {
                return new FileInfo(
                        location(file),
                        Files.size(file),
                        Files.getLastModifiedTime(file).toMillis());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void deletePrefix(String prefix) {
            listPrefix(prefix).forEach(file -> deleteFile(file.location()));
        }
    }

    private record Input(InputFile file, String location) implements InputFile {

        @Override
        public long getLength() {
            return file.getLength();
        }

        @Override
        public SeekableInputStream newStream() {
            return file.newStream();
        }

        @Override
        public boolean exists() {
            return file.exists();
        }
    }

    private record Output(OutputFile file, String location) implements OutputFile {

        @Override
        public PositionOutputStream create() {
            return file.create();
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            return file.createOrOverwrite();
        }

        @Override
        public InputFile toInputFile() {
            return new Input(file.toInputFile(), location);
        }
    }
}
