package dev.firn.iceberg;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.jspecify.annotations.Nullable;

/** Remembers which files were opened for reading or writing, and which were deleted. */
@SuppressWarnings("serial")
public final class RecordingFileIO implements FileIO {

    public final List<String> read = Collections.synchronizedList(new ArrayList<>());
    public final List<String> written = Collections.synchronizedList(new ArrayList<>());
    public final List<String> deleted = Collections.synchronizedList(new ArrayList<>());

    private volatile @Nullable FileIO files;

    RecordingFileIO over(FileIO fileIO) {
        files = fileIO;
        return this;
    }

    /** Forgets what was done so far. */
    public void clear() {
        read.clear();
        written.clear();
        deleted.clear();
    }

    /** The data files that were opened for reading, each time. */
    public List<String> dataFilesRead() {
        return read.stream().filter(path -> path.endsWith(".parquet")).toList();
    }

    public boolean exists(String path) {
        try {
            return files().newInputFile(path).exists();
        } catch (NotFoundException e) {
            return false;
        }
    }

    private FileIO files() {
        return Objects.requireNonNull(files);
    }

    @Override
    public InputFile newInputFile(String path) {
        read.add(path);
        return files().newInputFile(path);
    }

    @Override
    public OutputFile newOutputFile(String path) {
        written.add(path);
        return files().newOutputFile(path);
    }

    @Override
    public void deleteFile(String path) {
        deleted.add(path);
        files().deleteFile(path);
    }
}
