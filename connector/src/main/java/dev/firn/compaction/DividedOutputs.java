package dev.firn.compaction;

import dev.firn.index.RunStore;
import dev.firn.key.KeyView;
import dev.firn.run.RunFile;
import dev.firn.run.RunFormat;
import dev.firn.run.RunRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.util.StructLikeMap;
import org.jspecify.annotations.Nullable;

/**
 * Outputs in the partitions that the rows belong to. So many partitions are written at a time at most: rows of others
 * are passed over, and written when the same rows come by again, with the next outputs. One thread.
 */
final class DividedOutputs implements MergeOutputs {

    /** With the row group of each on the heap. */
    static final int MOST_PARTITIONS = 32;

    private static final Map<String, String> SMALL_ROW_GROUPS =
            Map.of(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, Integer.toString(8 << 20));

    private final Division division;
    private final RunStore like;
    private final int level;
    private final long expectedRows;
    private final int skipped;
    private final PartitionKey partition;
    private final StructLikeMap<Place> places;

    /** @param outputs null for a partition whose rows are passed over */
    private record Place(@Nullable RunOutputs outputs) {}

    /**
     * @param expectedRows about how many rows come into a file
     * @param skipped how many partitions were written already: those whose rows came first
     */
    DividedOutputs(Division division, RunStore like, int level, long expectedRows, int skipped) {
        this.division = division;
        this.like = like;
        this.level = level;
        this.expectedRows = expectedRows;
        this.skipped = skipped;
        this.partition = division.partitionKey();
        this.places = StructLikeMap.create(division.spec().partitionType());
    }

    @Override
    public void append(KeyView key, StructLike row) throws IOException {
        partition.partition(row);
        Place place = places.get(partition);
        if (place == null) {
            place = place();
        }
        if (place.outputs() != null) {
            place.outputs().append(key, row);
        }
    }

    private Place place() {
        int ordinal = places.size();
        PartitionKey copy = partition.copy();
        boolean isNow = ordinal >= skipped && ordinal < skipped + MOST_PARTITIONS;
        Place place = new Place(
                isNow ? new RunOutputs(division.store(copy, like), level, DividedOutputs::rows, expectedRows) : null);
        places.put(copy, place);
        return place;
    }

    private static RunRows<StructLike> rows(RunFormat format) {
        return RunRows.lineage(format.with(SMALL_ROW_GROUPS));
    }

    /** Whether rows were passed over that are for the next outputs. */
    boolean arePartial() {
        return places.size() > skipped + MOST_PARTITIONS;
    }

    @Override
    public List<RunFile> finish() throws IOException {
        List<RunFile> finished = new ArrayList<>();
        try {
            for (Place place : places.values()) {
                if (place.outputs() != null) {
                    finished.addAll(place.outputs().finish());
                }
            }
            return finished;
        } catch (IOException | RuntimeException e) {
            finished.forEach(run -> MergedRuns.delete(run, like.storage()));
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        for (Place place : places.values()) {
            if (place.outputs() != null) {
                place.outputs().close();
            }
        }
    }
}
