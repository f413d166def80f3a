package dev.firn.compaction;

import dev.firn.index.RunStore;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.encryption.EncryptedOutputFile;

/**
 * How the rows of a merge are divided among the partitions of a spec, instead of staying in the inputs' one. Any
 * thread.
 *
 * @param schema the rows' columns; what follows them in a row is not looked at
 * @param partitions about how many partitions the rows go to
 * @param files new files in a partition, by level
 */
public record Division(
        PartitionSpec spec,
        Schema schema,
        int partitions,
        Function<StructLike, IntFunction<EncryptedOutputFile>> files) {

    /** Tells the partitions of rows in Iceberg's internal values. For one thread. */
    PartitionKey partitionKey() {
        return new PartitionKey(spec, schema);
    }

    /** @param like what the partitions' stores have in common */
    RunStore store(StructLike partition, RunStore like) {
        return new RunStore(like.format(), spec, partition, files.apply(partition), like.storage());
    }

    Division meteredBy(Meter meter) {
        return new Division(spec, schema, partitions, partition -> {
            IntFunction<EncryptedOutputFile> unmetered = files.apply(partition);
            return level -> meter.through(unmetered.apply(level));
        });
    }
}
