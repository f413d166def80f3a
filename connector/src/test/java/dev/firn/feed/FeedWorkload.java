package dev.firn.feed;

import dev.firn.dv.DeletionVectors;
import dev.firn.dv.PositionSet;
import dev.firn.iceberg.FileChange;
import dev.firn.iceberg.FileChange.Liveness;
import dev.firn.iceberg.Lane;
import dev.firn.iceberg.SnapshotStamp;
import dev.firn.run.LevelProfiles;
import dev.firn.run.RunFormat;
import dev.firn.run.RunWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A table of one bucket in memory, compacted to disjoint files, and snapshots on top of it, in the files that a sink
 * writes for them: one of level 0, and vectors of what died. A row has about 85 bytes: a BIGINT key, INT, BIGINT and a
 * text of 64 characters.
 */
final class FeedWorkload {

    static final Schema SCHEMA = new Schema(
            List.of(
                    NestedField.required(1, "id", Types.LongType.get()),
                    NestedField.optional(2, "branch", Types.IntegerType.get()),
                    NestedField.optional(3, "balance", Types.LongType.get()),
                    NestedField.optional(4, "filler", Types.StringType.get())),
            Set.of(1));
    static final RowType ROW_TYPE = FlinkSchemaUtil.convert(SCHEMA);
    static final List<String> KEY = List.of("id");
    static final SortOrder BY_KEY = SortOrder.builderFor(SCHEMA).asc("id").build();
    private static final int FILES = 8;
    private static final int RECENT_SHARE = 20;
    private static final int ROWS_OF_A_PAGE = 2_000;
    private static final PartitionSpec SPEC = PartitionSpec.unpartitioned();

    final InMemoryFileIO io = new InMemoryFileIO();
    private final long rows;
    private final List<DataFile> files = new ArrayList<>();
    private int written;

    /**
     * A snapshot's changes.
     *
     * @param name says how many pages hold rows that died
     * @param updates rows that got another balance
     * @param deletes rows that are gone
     */
    record Changes(String name, ChangeSplit split, long updates, long deletes) {

        /** The rows that a feed has of them. */
        long rows(ChangelogKind kind) {
            return (kind == ChangelogKind.UPSERT ? 1 : 2) * updates + deletes;
        }
    }

    /** @param rows a multiple of 8 */
    FeedWorkload(long rows) throws IOException {
        this.rows = rows;
        for (int file = 0; file < FILES; file++) {
            files.add(write(1, LongStream.range(file * rows / FILES, (file + 1) * rows / FILES), 0));
        }
    }

    long rows() {
        return rows;
    }

    List<DataFile> files() {
        return files;
    }

    /** The whole table as a feed reads it at first. */
    ChangeSplit scan() {
        return split(files.stream()
                .map(file -> new FileChange(file, SPEC, null, new Liveness(null)))
                .toList());
    }

    /** Each row is as likely to be updated as any other. */
    Changes uniform(double share) throws IOException {
        Random random = new Random(3);
        Map<Long, Boolean> changed = new TreeMap<>();
        for (long row = 0; row < rows; row++) {
            if (random.nextDouble() < share) {
                changed.put(row, true);
            }
        }
        return changes("%.0f %% of the rows, anywhere".formatted(100 * share), changed);
    }

    /** As many changes as 5 % of the rows, the more the newer a row is; every twentieth row that is met is deleted. */
    Changes recent() throws IOException {
        Random random = new Random(4);
        Map<Long, Boolean> changed = new TreeMap<>();
        for (long draw = 0; draw < rows / RECENT_SHARE; draw++) {
            long age = (long) (-Math.log(1 - random.nextDouble()) * rows / RECENT_SHARE);
            if (age < rows) {
                changed.putIfAbsent(rows - 1 - age, changed.size() % 20 != 0);
            }
        }
        return changes("recent rows, 5 % deletes", changed);
    }

    /** @param changed by row, whether it is updated and not deleted */
    private Changes changes(String name, Map<Long, Boolean> changed) throws IOException {
        LongPredicate isUpdated = row -> Boolean.TRUE.equals(changed.get(row));
        long[] updated = changed.keySet().stream()
                .mapToLong(Long::longValue)
                .filter(isUpdated)
                .toArray();
        List<FileChange> changes = new ArrayList<>();
        for (int file = 0; file < FILES; file++) {
            long first = file * rows / FILES;
            PositionSet.Builder dead = PositionSet.builder();
            changed.keySet().stream()
                    .filter(row -> first <= row && row < first + files.get(0).recordCount())
                    .forEach(row -> dead.add(row - first));
            if (!dead.isEmpty()) {
                DataFile of = files.get(file);
                changes.add(new FileChange(of, SPEC, new Liveness(null), new Liveness(vector(of, dead.build()))));
            }
        }
        changes.add(new FileChange(write(0, LongStream.of(updated), 1), SPEC, null, new Liveness(null)));
        long pages = changed.keySet().stream()
                .map(row -> List.of(row * FILES / rows, row % (rows / FILES) / ROWS_OF_A_PAGE))
                .distinct()
                .count();
        long allPages = FILES * ((rows / FILES + ROWS_OF_A_PAGE - 1) / ROWS_OF_A_PAGE);
        return new Changes(
                "%s; %d of %d pages".formatted(name, pages, allPages),
                split(changes),
                updated.length,
                changed.size() - updated.length);
    }

    private static ChangeSplit split(List<FileChange> files) {
        return new ChangeSplit(0, new SnapshotStamp(2, 2, 0), new Lane(0, "b"), files, 0);
    }

    private DeleteFile vector(DataFile file, PositionSet dead) {
        var entry = new DeletionVectors.Entry(file.location(), SPEC, null, dead);
        return DeletionVectors.write(io.newOutputFile("bench/" + written++ + ".puffin"), List.of(entry))
                .get(0);
    }

    private DataFile write(int level, LongStream rowsOfFile, long version) throws IOException {
        RunFormat format =
                LevelProfiles.defaults().format(RunFormat.of(SCHEMA, ROW_TYPE, KEY, BY_KEY, Map.of()), level);
        var output = EncryptedFiles.plainAsEncryptedOutput(
                io.newOutputFile("bench/" + written++ + "-L" + level + ".parquet"));
        try (RunWriter<RowData> writer = RunWriter.open(format.expecting(rows / FILES), io, output, SPEC, null)) {
            rowsOfFile.forEach(row -> writer.append(row(row, version)));
            return writer.finish();
        }
    }

    private static RowData row(long row, long version) {
        Random random = new Random(row);
        StringBuilder filler = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            filler.append(Integer.toHexString(random.nextInt() | Integer.MIN_VALUE));
        }
        return GenericRowData.of(
                3 * row,
                (int) (row % 100),
                random.nextInt(1_000_000) + version,
                StringData.fromString(filler.toString()));
    }
}
