package dev.firn.dv;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.IOUtil;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.util.ContentFileUtil;
import org.jspecify.annotations.Nullable;

/** Iceberg v3 deletion vectors: many of them in one Puffin file, one for each data file. */
public final class DeletionVectors {

    private DeletionVectors() {}

    /**
     * One data file's whole vector.
     *
     * @param dataFile location of the data file
     * @param spec the data file's own partition spec, which may be an old one of the table
     * @param partition the data file's partition, null if unpartitioned
     * @param dead all dead positions, those of the vector that is replaced included; not empty
     */
    public record Entry(
            String dataFile, PartitionSpec spec, @Nullable StructLike partition, PositionSet dead) {

        public Entry {
            if (dead.isEmpty()) {
                throw new IllegalArgumentException("A deletion vector holds at least one position: " + dataFile);
            }
        }
    }

    /**
     * The dead positions of one data file.
     *
     * @throws IllegalArgumentException if the delete file is no deletion vector of that data file
     * @throws UncheckedIOException if it cannot be read or is corrupt
     */
    public static PositionSet read(FileIO io, DeleteFile vector, String dataFile) {
        if (!ContentFileUtil.isDV(vector)) {
            throw new IllegalArgumentException("The delete file " + vector.location() + " (" + vector.content() + ", "
                    + vector.format() + ") is no deletion vector, and only these are supported. Rewrite the data files"
                    + " that it applies to, by rewrite_data_files or rewrite_position_delete_files");
        }
        if (!dataFile.equals(vector.referencedDataFile())) {
            throw new IllegalArgumentException("The deletion vector in " + vector.location() + " belongs to "
                    + vector.referencedDataFile() + ", not to " + dataFile);
        }
        String place = vector.location() + " at " + vector.contentOffset();
        byte[] bytes = new byte[Math.toIntExact(vector.contentSizeInBytes())];
        try {
            IOUtil.readFully(io.newInputFile(vector), vector.contentOffset(), bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the deletion vector in " + place, e);
        }
        return VectorBytes.positions(bytes, decode(bytes, vector, place));
    }

    private static PositionDeleteIndex decode(byte[] bytes, DeleteFile vector, String place) {
        try {
            return PositionDeleteIndex.deserialize(bytes, vector);
        } catch (RuntimeException e) {
            throw new UncheckedIOException(new IOException("Corrupt deletion vector in " + place, e));
        }
    }

    /**
     * Writes all vectors into one Puffin file of the factory, none if there are none.
     *
     * @return one delete file for each entry, in no particular order
     * @throws UncheckedIOException if it cannot be written; a part of the file may be left behind
     */
    public static List<DeleteFile> write(OutputFileFactory files, Collection<Entry> entries) {
        return write(() -> files.newOutputFile().encryptingOutputFile(), entries);
    }

    /** As {@link #write(OutputFileFactory, Collection)}, into a given file. */
    public static List<DeleteFile> write(OutputFile file, Collection<Entry> entries) {
        return write(() -> file, entries);
    }

    private static List<DeleteFile> write(Supplier<OutputFile> file, Collection<Entry> entries) {
        Set<String> dataFiles = new HashSet<>();
        BaseDVFileWriter writer = new BaseDVFileWriter(file, dataFile -> null);
        for (Entry entry : entries) {
            if (!dataFiles.add(entry.dataFile())) {
                throw new IllegalArgumentException("A data file has one deletion vector, not two: " + entry.dataFile());
            }
            writer.delete(entry.dataFile(), VectorBytes.index(entry.dead()), entry.spec(), entry.partition());
        }
        try {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the deletion vectors of " + dataFiles.size() + " files", e);
        }
        return List.copyOf(writer.result().deleteFiles());
    }
}
