package dev.firn.lsm;

import dev.firn.index.KeyIndexes;
import dev.firn.run.RunFormat;
import java.util.function.IntFunction;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.FileIO;

/**
 * Where a bucket keeps what it writes.
 *
 * @param files a new output file in this bucket's place for a run of the given level
 */
public record BucketStore(
        RunFormat format,
        PartitionSpec spec,
        StructLike partition,
        IntFunction<EncryptedOutputFile> files,
        Storage storage) {

    /**
     * What all buckets of a writer share.
     *
     * @param targetFileBytes size at which a run is cut into the next file
     */
    public record Storage(FileIO io, KeyIndexes indexes, long targetFileBytes) {}
}
