package dev.firn.feed;

import dev.firn.dv.DeletionVectors;
import dev.firn.dv.PositionSet;
import dev.firn.iceberg.FileChange;
import dev.firn.iceberg.FileChange.Liveness;
import dev.firn.iceberg.Lane;
import dev.firn.iceberg.SnapshotStamp;
import dev.firn.run.RunFormat;
import dev.firn.run.RunWriter;
import dev.firn.run.TrackedFileIO;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.encryption.EncryptionKeyMetadata;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** Data files of {@link Account}s in memory, and what splits of them bring. */
final class SplitFixture {

    static final Schema SCHEMA = new Schema(
            List.of(
                    NestedField.required(1, "id", Types.LongType.get()),
                    NestedField.required(2, "region", Types.StringType.get()),
                    NestedField.required(3, "grade", Types.IntegerType.get()),
                    NestedField.optional(4, "note", Types.StringType.get()),
                    NestedField.optional(5, "amount", Types.IntegerType.get())),
            Set.of(1, 2));
    static final RowType ROW_TYPE = new RowType(
            false,
            List.of(
                    new RowType.RowField("id", new BigIntType(false)),
                    new RowType.RowField("region", new VarCharType(false, VarCharType.MAX_LENGTH)),
                    new RowType.RowField("grade", new TinyIntType(false)),
                    new RowType.RowField("note", new VarCharType(VarCharType.MAX_LENGTH)),
                    new RowType.RowField("amount", new IntType())));
    static final List<String> KEY = List.of("region", "id");
    static final SnapshotStamp SNAPSHOT = new SnapshotStamp(77, 8, 1_700_000_000_123L);
    private static final PartitionSpec SPEC = PartitionSpec.unpartitioned();
    private static final SortOrder BY_KEY =
            SortOrder.builderFor(SCHEMA).asc("region").asc("id").build();

    final TrackedFileIO io = new TrackedFileIO(new InMemoryFileIO());
    private final Path scratch;
    private long sortBytes = 1 << 20;
    private int sortOrderId = BY_KEY.orderId();
    private int files;
    private long nextRowId = 1000;

    SplitFixture(Path scratch) {
        this.scratch = scratch.resolve("sort");
    }

    SplitFixture sortingIn(long bytes) {
        sortBytes = bytes;
        return this;
    }

    /** The table has got another sort order since its files were written. */
    SplitFixture withOtherSortOrder() {
        sortOrderId = BY_KEY.orderId() + 1;
        return this;
    }

    /** A file as a sink of ours writes it; the rows are written in the order that is given. */
    DataFile sorted(List<Account> rows) {
        return write("run-" + files++ + "-L0.parquet", BY_KEY, rows);
    }

    DataFile sorted(Account... rows) {
        return sorted(Arrays.asList(rows));
    }

    /** A file of somebody else. */
    DataFile foreign(List<Account> rows) {
        return write("foreign-" + files++ + ".parquet", SortOrder.unsorted(), rows);
    }

    DataFile foreign(Account... rows) {
        return foreign(Arrays.asList(rows));
    }

    DataFile write(String name, SortOrder order, List<Account> rows) {
        RunFormat format = RunFormat.of(SCHEMA, ROW_TYPE, KEY, order, Map.of());
        return write(name, format, rows.stream().map(Account::row).toList());
    }

    DataFile write(String name, RunFormat format, List<RowData> rows) {
        var output = EncryptedFiles.encryptedOutput(io.newOutputFile(location(name)), EncryptionKeyMetadata.EMPTY);
        try (RunWriter<RowData> writer = RunWriter.open(format, io, output, SPEC, null)) {
            rows.forEach(writer::append);
            DataFile file = DataFiles.builder(SPEC)
                    .copy(writer.finish())
                    .withFirstRowId(nextRowId)
                    .build();
            nextRowId += rows.size();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // All files in memory share one directory.
    private String location(String name) {
        return scratch + "/" + name;
    }

    /** A file with these dead rows. */
    Liveness live(DataFile file, PositionSet dead) {
        if (dead.isEmpty()) {
            return new Liveness(null);
        }
        var entry = new DeletionVectors.Entry(file.location(), SPEC, null, dead);
        return new Liveness(
                DeletionVectors.write(io.newOutputFile(location("vector-" + files++ + ".puffin")), List.of(entry))
                        .get(0));
    }

    FileChange added(DataFile file, long... dead) {
        return new FileChange(file, SPEC, null, live(file, PositionSet.of(dead)));
    }

    FileChange removed(DataFile file, long... dead) {
        return new FileChange(file, SPEC, live(file, PositionSet.of(dead)), null);
    }

    FileChange died(DataFile file, PositionSet before, PositionSet after) {
        return new FileChange(file, SPEC, live(file, before), live(file, after));
    }

    static ChangeSplit split(FileChange... files) {
        return new ChangeSplit(3, SNAPSHOT, new Lane(0, "b"), List.of(files), 0);
    }

    static FeedRows feed(ChangelogKind kind) {
        return feed(kind, FeedRows.Selection.of(ROW_TYPE));
    }

    static FeedRows feed(ChangelogKind kind, FeedRows.Selection selection) {
        return FeedRows.of(SCHEMA, KEY, selection, kind);
    }

    static FeedRows filtered(ChangelogKind kind, Expression filter) {
        return feed(kind, new FeedRows.Selection(ROW_TYPE, List.of(), filter));
    }

    static FeedRows projected(ChangelogKind kind, List<MetadataColumn> metadata, String... columns) {
        return feed(kind, new FeedRows.Selection(columns(columns), metadata, Expressions.alwaysTrue()));
    }

    static RowType columns(String... names) {
        return new RowType(
                false,
                Stream.of(names)
                        .map(name -> ROW_TYPE.getFields().get(ROW_TYPE.getFieldIndex(name)))
                        .toList());
    }

    SplitChanges open(ChangeSplit split, FeedRows rows) throws IOException {
        return SplitChanges.open(split, rows, new FeedInput(io, Map.of(), sortOrderId, scratch, sortBytes));
    }

    /** Everything that a split brings, as {@code +I[1, eu, 1, x, 10]}; checks that nothing is left behind. */
    List<String> read(ChangeSplit split, FeedRows rows) throws IOException {
        List<RowData> all = new ArrayList<>();
        try (SplitChanges changes = open(split, rows)) {
            while (changes.next()) {
                all.add(changes.row());
            }
        }
        if (io.openStreams() != 0 || !scratchFiles().isEmpty()) {
            throw new AssertionError(io.openStreams() + " streams are open, and there are " + scratchFiles());
        }
        // All rows are told at the end: they may be kept.
        return all.stream().map(row -> told(row, rows.producedType())).toList();
    }

    List<Path> scratchFiles() throws IOException {
        if (!Files.exists(scratch)) {
            return List.of();
        }
        try (Stream<Path> left = Files.list(scratch)) {
            return left.toList();
        }
    }

    static String told(RowData row, RowType type) {
        List<LogicalType> types = type.getChildren();
        return row.getRowKind().shortString()
                + IntStream.range(0, types.size())
                        .mapToObj(i -> String.valueOf(
                                RowData.createFieldGetter(types.get(i), i).getFieldOrNull(row)))
                        .collect(Collectors.joining(", ", "[", "]"));
    }
}
