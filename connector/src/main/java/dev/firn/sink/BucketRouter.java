package dev.firn.sink;

import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.Lane;
import dev.firn.iceberg.LaneNumbers;
import dev.firn.iceberg.Lanes;
import dev.firn.iceberg.RowPartitioner;
import dev.firn.iceberg.UnsupportedTableException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.Partitioner;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.jspecify.annotations.Nullable;

/**
 * Sends each row to the one writer subtask that owns its lane: with one partition spec that is its bucket, and while
 * files of older specs are live it is what all of them tell of a key, so that whoever owns a row's bucket owns every
 * file that may hold an older version of it. The buckets of one partition go to neighbouring subtasks, so that they
 * spread evenly.
 */
final class BucketRouter implements KeySelector<RowData, Integer>, Partitioner<Integer> {

    private final PartitionSpec spec;
    private final Schema schema;
    private final RowType rowType;
    private final Lanes lanes;
    private transient @Nullable RowPartitioner partitioner;
    private transient @Nullable LaneNumbers numbersOfRows;
    private transient @Nullable Map<Integer, LaneNumbers> numbers;

    /**
     * @param spec of new files
     * @param lanes of that spec and those of all live files
     */
    BucketRouter(PartitionSpec spec, Schema schema, RowType rowType, Lanes lanes) {
        this.spec = spec;
        this.schema = schema;
        this.rowType = rowType;
        this.lanes = lanes;
    }

    /** For what the table holds now. */
    static BucketRouter of(FirnTable table) {
        return new BucketRouter(
                table.spec(), table.format().schema(), table.format().rowType(), table.lanes());
    }

    @Override
    public Integer getKey(RowData row) {
        if (partitioner == null || numbersOfRows == null) {
            partitioner = new RowPartitioner(spec, schema, rowType);
            numbersOfRows = numbers(spec.specId());
        }
        return numbersOfRows.of(partitioner.partition(row));
    }

    @Override
    public int partition(Integer route, int subtasks) {
        return Math.floorMod(route, subtasks);
    }

    /** The subtask that owns a partition of new files. */
    int subtask(StructLike partition, int subtasks) {
        return partition(numbers(spec.specId()).of(partition), subtasks);
    }

    /**
     * The subtask that owns a file, of whichever spec.
     *
     * @throws UnsupportedTableException if these routes were not made for its spec
     */
    int subtask(DataFile file, int subtasks) {
        if (!lanes.specIds().contains(file.specId())) {
            throw new UnsupportedTableException("Data file " + file.location() + " was written with partition spec "
                    + file.specId()
                    + ", of which no file was live when the job was submitted, so that its rows go to the"
                    + " wrong subtasks. Submit the job again from its newest checkpoint: it then divides the rows by what"
                    + " all specs have in common.");
        }
        return partition(numbers(file.specId()).of(file.partition()), subtasks);
    }

    /** @throws UnsupportedTableException if the table has another spec by now than these routes were made for */
    void checkFits(FirnTable table) {
        if (table.spec().specId() != spec.specId()) {
            throw new UnsupportedTableException("Somebody changed the partition spec of table " + table.name() + " to "
                    + table.spec()
                    + " after the job was submitted. Submit it again from its newest checkpoint: nothing is"
                    + " lost.");
        }
    }

    /** Whether files of older specs may be live. */
    boolean hasOlderSpecs() {
        return lanes.specIds().size() > 1;
    }

    Lane lane(StructLike partition) {
        return lanes.lane(spec.specId(), partition);
    }

    Lane lane(DataFile file) {
        return lanes.lane(file.specId(), file.partition());
    }

    /** About how many partitions of new files a lane has. */
    int partitionsPerLane() {
        return lanes.partitionsPerLane(spec.specId());
    }

    private LaneNumbers numbers(int specId) {
        if (numbers == null) {
            numbers = new HashMap<>();
        }
        return numbers.computeIfAbsent(specId, lanes::numbers);
    }
}
