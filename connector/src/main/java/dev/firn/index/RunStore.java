package dev.firn.index;

import dev.firn.run.LevelProfiles;
import dev.firn.run.RunFormat;
import java.util.function.IntFunction;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.FileIO;

/**
 * Where the run files of one bucket are written, and their key indexes.
 *
 * @param files a new output file in this bucket's place for a run of the given level
 */
public record RunStore(
        RunFormat format,
        PartitionSpec spec,
        StructLike partition,
        IntFunction<EncryptedOutputFile> files,
        Storage storage) {

    /**
     * What all buckets of a writer share.
     *
     * @param targetFileBytes size at which a run is cut into the next file
     * @param profiles how Parquet is written at each level
     */
    public record Storage(FileIO io, KeyIndexes indexes, long targetFileBytes, LevelProfiles profiles) {}

    /** How a run file of this level is written. */
    public RunFormat format(int level) {
        return storage.profiles().format(format, level);
    }
}
