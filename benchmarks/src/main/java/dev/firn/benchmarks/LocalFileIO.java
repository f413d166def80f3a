package dev.firn.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.iceberg.Files;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/**
 * Files of the local disk, with nothing between them and the operating system. Hadoop's file system starts a process
 * for each file that it creates, unless its native library is there, and nobody should be charged for that.
 */
public final class LocalFileIO implements FileIO {

    @Override
    public InputFile newInputFile(String path) {
        return Files.localInput(path);
    }

    @Override
    public OutputFile newOutputFile(String path) {
        // Iceberg's output takes it for a failure if two writers make a folder at the same moment.
        File folder = new File(path).getParentFile();
        if (folder != null) {
            try {
                java.nio.file.Files.createDirectories(folder.toPath());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return Files.localOutput(path);
    }

    @Override
    public void deleteFile(String path) {
        if (!new File(path).delete()) {
            throw new IllegalStateException("There is no file " + path);
        }
    }
}
