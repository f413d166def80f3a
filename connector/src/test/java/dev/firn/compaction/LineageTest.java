package dev.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.firn.dv.DeletionVectors;
import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.iceberg.FaultyCatalog;
import dev.firn.iceberg.LiveFile;
import dev.firn.key.Key;
import dev.firn.run.RunFile;
import dev.firn.run.RunWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.variants.Variant;
import org.apache.iceberg.variants.Variants;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A compaction that is committed changes nothing that Iceberg's own reader sees, row ids and sequence numbers included.
 */
class LineageTest {

    private static final Types.StructType NESTED = Types.StructType.of(
            NestedField.required(50, "text", Types.StringType.get()),
            NestedField.optional(51, "time", Types.TimeType.get()),
            NestedField.optional(52, "numbers", Types.ListType.ofOptional(53, Types.IntegerType.get())));

    private static final Schema SCHEMA = new Schema(
            List.of(
                    CompactionFixture.ID,
                    NestedField.required(2, "region", Types.StringType.get()),
                    NestedField.optional(3, "bool", Types.BooleanType.get()),
                    NestedField.optional(4, "int", Types.IntegerType.get()),
                    NestedField.optional(5, "float", Types.FloatType.get()),
                    NestedField.optional(6, "double", Types.DoubleType.get()),
                    NestedField.optional(7, "date", Types.DateType.get()),
                    NestedField.optional(8, "time", Types.TimeType.get()),
                    NestedField.optional(9, "timestamp", Types.TimestampType.withoutZone()),
                    NestedField.optional(10, "timestamptz", Types.TimestampType.withZone()),
                    NestedField.optional(11, "timestamp_ns", Types.TimestampNanoType.withoutZone()),
                    NestedField.optional(12, "timestamptz_ns", Types.TimestampNanoType.withZone()),
                    NestedField.optional(13, "string", Types.StringType.get()),
                    NestedField.optional(14, "uuid", Types.UUIDType.get()),
                    NestedField.optional(15, "fixed", Types.FixedType.ofLength(5)),
                    NestedField.optional(16, "binary", Types.BinaryType.get()),
                    NestedField.optional(17, "decimal9", Types.DecimalType.of(9, 2)),
                    NestedField.optional(18, "decimal18", Types.DecimalType.of(18, 3)),
                    NestedField.optional(19, "decimal38", Types.DecimalType.of(38, 10)),
                    NestedField.optional(20, "struct", NESTED),
                    NestedField.optional(21, "structs", Types.ListType.ofOptional(22, nested(100))),
                    NestedField.optional(
                            23,
                            "map",
                            Types.MapType.ofOptional(24, 25, Types.StringType.get(), Types.DecimalType.of(20, 1))),
                    NestedField.optional(
                            26, "deep", Types.MapType.ofOptional(27, 28, Types.StringType.get(), nested(200)))),
            Set.of(1, 2));

    @TempDir
    Path localDisk;

    private static Types.StructType nested(int ids) {
        return Types.StructType.of(
                NestedField.required(ids, "text", Types.StringType.get()),
                NestedField.optional(ids + 1, "time", Types.TimeType.get()));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aCompactionIsInvisibleWhateverTheColumns(long seed) throws Exception {
        Random random = new Random(seed);
        PartitionSpec spec = PartitionSpec.builderFor(SCHEMA)
                .identity("region")
                .bucket("id", 1)
                .build();
        FaultyCatalog catalog =
                new FaultyCatalog(SCHEMA, spec, CompactionFixture.sorted(SCHEMA), CompactionFixture.SMALL_ROW_GROUPS);
        try (CompactionFixture before = new CompactionFixture(localDisk.resolve("before"), catalog)) {
            Schema original = catalog.table().schema();
            Schema withoutPartition = new Schema(original.columns().stream()
                    .filter(field -> !field.name().equals("region"))
                    .toList());
            before.commit(List.of(before.write(withoutPartition, rows(withoutPartition, random, 0, 3))));
            before.commit(List.of(before.write(original, rows(original, random, 1, 3))));
            catalog.table()
                    .updateSchema()
                    .addColumn("added", Types.TimestampType.withoutZone(), "later", Literal.of("2020-02-02T02:02:02"))
                    .renameColumn("int", "integer")
                    .updateColumn("float", Types.DoubleType.get())
                    .commit();
            try (CompactionFixture fixture = new CompactionFixture(localDisk.resolve("after"), catalog)) {
                Schema evolved = catalog.table().schema();
                List<Record> unsorted = rows(evolved, random, 2, 3);
                Collections.shuffle(unsorted, random);
                fixture.commit(List.of(fixture.write(evolved, unsorted)));
                killSome(fixture, random);
                compactAll(fixture, random);

                // and what was compacted before, with more rows dead
                killSome(fixture, random);
                compactAll(fixture, random);
            }
        }
    }

    private static void killSome(CompactionFixture fixture, Random random) {
        Table table = fixture.catalog.table();
        RowDelta delta = table.newRowDelta();
        for (LiveFile file : fixture.liveFiles()) {
            PositionSet.Builder dead =
                    PositionSet.builder().add(random.nextLong(file.file().recordCount()));
            LongStream.range(0, file.file().recordCount())
                    .filter(position -> random.nextInt(5) == 0)
                    .forEach(dead::add);
            DeletionVectors.write(
                            table.io().newOutputFile("/lineage/" + UUID.randomUUID() + ".puffin"),
                            List.of(new DeletionVectors.Entry(
                                    file.location(), table.spec(), file.file().partition(), dead.build())))
                    .forEach(delta::addDeletes);
        }
        delta.commit();
    }

    private static void compactAll(CompactionFixture fixture, Random random) throws Exception {
        Map<Long, Record> rows = rows(fixture.catalog.table());
        List<LiveFile> files = fixture.liveFiles();
        List<LiveRun> inputs = new ArrayList<>();
        for (LiveFile file : files) {
            DeleteFile vector = Objects.requireNonNull(file.vector());
            PositionSet dead = DeletionVectors.read(fixture.table.io(), vector, file.location());
            inputs.add(new LiveRun(RunFile.of(file.file()), dead));
        }
        List<Key> cuts = List.of(fixture.key(40), fixture.key(90));
        CompactionResult result = CompactionJob.start(
                        fixture.compactor(
                                1L << 20,
                                RateLimiter.unlimited(),
                                RowFilter.KEEP_ALL,
                                random.nextBoolean() ? 10_000 : 1 << 20),
                        inputs,
                        1,
                        cuts,
                        Runnable::run)
                .result();
        Table table = fixture.catalog.table();
        RewriteFiles rewrite = table.newRewrite()
                .validateFromSnapshot(
                        Objects.requireNonNull(table.currentSnapshot()).snapshotId());
        for (LiveFile file : files) {
            rewrite.deleteFile(file.file());
            rewrite.deleteFile(Objects.requireNonNull(file.vector()));
        }
        result.outputs().forEach(output -> rewrite.addFile(output.file()));
        rewrite.commit();

        assertThat(rows(fixture.catalog.table())).isEqualTo(rows).hasSizeGreaterThan(40);
        assertThat(fixture.liveFiles()).hasSize(3);
    }

    private static Map<Long, Record> rows(Table table) throws IOException {
        Map<Long, Record> rows = new TreeMap<>();
        Schema projection = MetadataColumns.schemaWithRowLineage(table.schema());
        try (CloseableIterable<Record> records =
                IcebergGenerics.read(table).project(projection).build()) {
            for (Record record : records) {
                // The reader appends the position where there are deletes.
                Record row = GenericRecord.create(projection);
                for (int i = 0; i < row.size(); i++) {
                    row.set(i, record.get(i));
                }
                assertThat(rows.put((Long) row.get(0), row)).isNull();
                assertThat(row.getField(MetadataColumns.ROW_ID.name())).isNotNull();
            }
        }
        return rows;
    }

    @Test
    void variantsComeThrough() throws Exception {
        Schema schema = new Schema(
                List.of(CompactionFixture.ID, NestedField.optional(2, "any", Types.VariantType.get())), Set.of(1));
        try (CompactionFixture fixture = new CompactionFixture(localDisk, schema, Map.of())) {
            List<Record> rows = new ArrayList<>();
            for (long id : new long[] {5, 3, 9}) {
                Record row = GenericRecord.create(schema);
                row.set(0, id);
                row.set(1, id == 3 ? null : Variant.of(Variants.emptyMetadata(), Variants.of(id * 7)));
                rows.add(row);
            }
            DataFile file = fixture.write(schema, rows);
            fixture.commit(List.of(file));
            for (long sortBytes : new long[] {1, 1 << 20}) {
                CompactionResult result = CompactionJob.start(
                                fixture.compactor(1L << 20, RateLimiter.unlimited(), RowFilter.KEEP_ALL, sortBytes),
                                List.of(fixture.live(file, PositionSet.EMPTY)),
                                1,
                                List.of(),
                                Runnable::run)
                        .result();

                List<Record> merged = fixture.rowsAsWritten(result.outputs().get(0));
                assertThat(merged).extracting(row -> row.get(0)).containsExactly(3L, 5L, 9L);
                assertThat(merged.get(0).get(1)).isNull();
                assertThat(((Variant) merged.get(1).get(1))
                                .value()
                                .asPrimitive()
                                .get())
                        .isEqualTo(35L);
                assertThat(merged).extracting(row -> row.get(2)).containsExactly(1L, 0L, 2L);
            }
        }
    }

    @Test
    void rowsOfFilesThatAreNotCommittedInheritTheirLineageLater() throws Exception {
        try (CompactionFixture fixture = new CompactionFixture(localDisk)) {
            List<LiveRun> pending = List.of(pending(fixture, 1, 3, 5), pending(fixture, 2, 4));
            CompactionResult result = CompactionJob.start(fixture.compactor(), pending, 0, List.of(), Runnable::run)
                    .result();

            assertThat(fixture.rowsAsWritten(result.outputs().get(0)))
                    .extracting(row -> row.get(0), row -> row.get(3), row -> row.get(4))
                    .containsExactly(
                            tuple(1L, -1_000_000L, -1L),
                            tuple(2L, -999_999L, -1L),
                            tuple(3L, -999_998L, -1L),
                            tuple(4L, -999_997L, -1L),
                            tuple(5L, -999_996L, -1L));
        }
    }

    @Test
    void anOutputIsDescribedAsAFlushedFileIs() throws Exception {
        try (CompactionFixture fixture = new CompactionFixture(localDisk)) {
            LiveRun pending = pending(fixture, 1, 3, 5);
            DataFile flushed = pending.run().file();
            DataFile output = CompactionJob.start(fixture.compactor(), List.of(pending), 0, List.of(), Runnable::run)
                    .result()
                    .outputs()
                    .get(0)
                    .file();

            assertThat(output.sortOrderId()).isEqualTo(flushed.sortOrderId());
            assertThat(output.partition()).isEqualTo(flushed.partition());
            assertThat(output.specId()).isEqualTo(flushed.specId());
            assertThat(output.recordCount()).isEqualTo(flushed.recordCount());
            assertThat(output.firstRowId()).isNull();
            assertThat(Objects.requireNonNull(output.splitOffsets()))
                    .hasSameSizeAs(Objects.requireNonNull(flushed.splitOffsets()));
            assertThat(withoutLineage(output.lowerBounds())).isEqualTo(flushed.lowerBounds());
            assertThat(withoutLineage(output.upperBounds())).isEqualTo(flushed.upperBounds());
            assertThat(withoutLineage(output.valueCounts())).isEqualTo(flushed.valueCounts());
            assertThat(withoutLineage(output.nullValueCounts())).isEqualTo(flushed.nullValueCounts());
            assertThat(withoutLineage(output.columnSizes()).keySet())
                    .isEqualTo(Objects.requireNonNull(flushed.columnSizes()).keySet());
        }
    }

    private static <V> Map<Integer, V> withoutLineage(@Nullable Map<Integer, V> byColumn) {
        Map<Integer, V> columns = new HashMap<>(Objects.requireNonNull(byColumn));
        columns.remove(MetadataColumns.ROW_ID.fieldId());
        columns.remove(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER.fieldId());
        return columns;
    }

    private static LiveRun pending(CompactionFixture fixture, long... ids) throws IOException {
        var file = fixture.table
                .runFiles(fixture.partition(), 0, UUID.randomUUID().toString())
                .apply(0);
        try (RunWriter<RowData> writer =
                RunWriter.open(fixture.table.format(), fixture.io, file, fixture.table.spec(), fixture.partition())) {
            LongStream.of(ids)
                    .forEach(id -> writer.append(GenericRowData.of(id, StringData.fromString("value " + id), null)));
            return new LiveRun(RunFile.of(writer.finish()), PositionSet.EMPTY);
        }
    }

    /** @param start the first id; the ids of three starts are disjoint with a step of three */
    private static List<Record> rows(Schema schema, Random random, int start, int step) {
        List<Record> rows = new ArrayList<>();
        for (long id = start; id < 130; id += step) {
            Record row = struct(schema.asStruct(), random);
            row.set(0, id);
            if (schema.findField("region") != null) {
                row.setField("region", "north");
            }
            rows.add(row);
        }
        return rows;
    }

    private static Record struct(Types.StructType type, Random random) {
        Record record = GenericRecord.create(type);
        for (int i = 0; i < type.fields().size(); i++) {
            NestedField field = type.fields().get(i);
            record.set(i, field.isOptional() && random.nextInt(5) == 0 ? null : value(field.type(), random));
        }
        return record;
    }

    private static Object value(Type type, Random random) {
        return switch (type.typeId()) {
            case BOOLEAN -> random.nextBoolean();
            case INTEGER -> random.nextInt();
            case LONG -> random.nextLong();
            case FLOAT -> random.nextFloat();
            case DOUBLE -> random.nextDouble();
            case DATE -> LocalDate.ofEpochDay(random.nextInt(40_000));
            case TIME -> LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000L) * 1_000);
            case TIMESTAMP ->
                ((Types.TimestampType) type).shouldAdjustToUTC()
                        ? dateTime(random, 1_000).atOffset(ZoneOffset.UTC)
                        : dateTime(random, 1_000);
            case TIMESTAMP_NANO ->
                ((Types.TimestampNanoType) type).shouldAdjustToUTC()
                        ? OffsetDateTime.of(dateTime(random, 1), ZoneOffset.UTC)
                        : dateTime(random, 1);
            case STRING -> random.nextInt(3) == 0 ? "" : "text ß \uD83D\uDE00 " + random.nextInt();
            case UUID -> new UUID(random.nextLong(), random.nextLong());
            case FIXED -> bytes(random, ((Types.FixedType) type).length());
            case BINARY -> ByteBuffer.wrap(bytes(random, random.nextInt(7)));
            case DECIMAL -> decimal((Types.DecimalType) type, random);
            case STRUCT -> struct(type.asStructType(), random);
            case LIST -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(
                            random.nextInt(4) == 0
                                    ? null
                                    : value(type.asListType().elementType(), random));
                }
                yield list;
            }
            case MAP -> {
                Map<Object, @Nullable Object> map = new HashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    Object key = value(type.asMapType().keyType(), random);
                    map.put(
                            key,
                            random.nextInt(4) == 0
                                    ? null
                                    : value(type.asMapType().valueType(), random));
                }
                yield map;
            }
            default -> throw new IllegalStateException("No values for " + type);
        };
    }

    private static LocalDateTime dateTime(Random random, int nanos) {
        return LocalDateTime.ofEpochSecond(
                random.nextLong(-1_000_000_000, 4_000_000_000L),
                random.nextInt(1_000_000_000 / nanos) * nanos,
                ZoneOffset.UTC);
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static BigDecimal decimal(Types.DecimalType type, Random random) {
        return new BigDecimal(new BigInteger(type.precision() * 3, random), type.scale());
    }
}
