package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.firn.iceberg.TableDefinition.Bucketing;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BinaryType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.CharType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DayTimeIntervalType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.MultisetType;
import org.apache.flink.table.types.logical.NullType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.RowType.RowField;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimeType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.table.types.logical.VariantType;
import org.apache.flink.table.types.logical.YearMonthIntervalType;
import org.apache.flink.table.types.logical.ZonedTimestampType;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TableDefinitionTest {

    private static final RowType COLUMNS = new RowType(List.of(
            new RowField("day", new DateType()),
            new RowField("id", new BigIntType(false), "who"),
            new RowField("flag", new BooleanType(false)),
            new RowField("note", new VarCharType(10))));

    @Test
    void keyColumnsAreStoredAsRequiredIdentifierFields() {
        var schema = definition(List.of("id", "day")).schema();

        assertThat(schema.identifierFieldNames()).containsExactlyInAnyOrder("id", "day");
        assertThat(schema.findField("day").isRequired()).isTrue();
        assertThat(schema.findField("note").isOptional()).isTrue();
        assertThat(schema.findField("note").type()).isEqualTo(Types.StringType.get());
        assertThat(schema.findField("id").doc()).isEqualTo("who");
    }

    static Stream<LogicalType> keyTypes() {
        return Stream.of(
                new BooleanType(),
                new TinyIntType(),
                new SmallIntType(),
                new IntType(),
                new BigIntType(),
                new DecimalType(38, 9),
                new CharType(3),
                new VarCharType(3),
                new BinaryType(16),
                new VarBinaryType(16),
                new DateType(),
                new TimeType(3),
                new TimestampType(3),
                new TimestampType(9),
                new LocalZonedTimestampType(6),
                new LocalZonedTimestampType(9));
    }

    static Stream<LogicalType> otherTypes() {
        return Stream.of(
                new FloatType(),
                new DoubleType(),
                new ArrayType(new IntType()),
                new MapType(new VarCharType(), new DoubleType()),
                new MultisetType(new VarCharType()),
                RowType.of(new IntType(), RowType.of(new VarCharType())),
                new VariantType());
    }

    static Stream<LogicalType> unstorableTypes() {
        return Stream.of(
                new NullType(),
                new DayTimeIntervalType(DayTimeIntervalType.DayTimeResolution.DAY),
                new YearMonthIntervalType(YearMonthIntervalType.YearMonthResolution.MONTH),
                new ZonedTimestampType(),
                new ArrayType(new ZonedTimestampType()));
    }

    @ParameterizedTest
    @MethodSource("keyTypes")
    void everyPrimitiveTypeCanBeAKey(LogicalType type) {
        RowType columns = RowType.of(new LogicalType[] {type, new IntType()}, new String[] {"k", "n"});

        TableDefinition definition =
                new TableDefinition(columns, List.of("k", "n"), List.of(), Bucketing.DEFAULT, Map.of());

        assertThat(definition.schema().identifierFieldNames()).contains("k");
    }

    @ParameterizedTest
    @MethodSource({"keyTypes", "otherTypes"})
    void everyTypeThatIcebergStoresCanBeAColumn(LogicalType type) {
        assertThat(withColumn(type).schema().findField("c")).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("otherTypes")
    void refusesAKeyWithoutAnOrderOfItsBytes(LogicalType type) {
        RowType columns = RowType.of(new LogicalType[] {type.copy(false)}, new String[] {"k"});

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TableDefinition(columns, List.of("k"), List.of(), Bucketing.DEFAULT, Map.of()))
                .withMessageContaining("'k'")
                .withMessageContaining("cannot be part of a primary key");
    }

    @ParameterizedTest
    @MethodSource("unstorableTypes")
    void refusesATypeThatIcebergCannotStore(LogicalType type) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> withColumn(type))
                .withMessageContaining("Column 'c' has type " + type.asSummaryString())
                .withMessageContaining("CAST");
    }

    @Test
    void refusesAMissingDuplicateOrUnknownKeyColumn() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> definition(List.of()))
                .withMessageContaining("PRIMARY KEY");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> definition(List.of("id", "id")))
                .withMessageContaining("'id' is named twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> definition(List.of("ident")))
                .withMessageContaining("lacks key column 'ident'");
    }

    @Test
    void bucketsByTheFirstKeyColumnOutsideThePartition() {
        assertThat(definition(List.of("day", "id")).bucketColumn()).isEqualTo("day");
        assertThat(partitioned(List.of("day", "id"), "day").bucketColumn()).isEqualTo("id");
    }

    @Test
    void passesOverKeyColumnsThatIcebergCannotBucket() {
        assertThat(definition(List.of("flag", "id")).bucketColumn()).isEqualTo("id");
    }

    @Test
    void bucketsByTheLastKeyColumnIfAllArePartitionColumns() {
        assertThat(partitioned(List.of("day", "id", "flag"), "day", "id", "flag")
                        .bucketColumn())
                .isEqualTo("id");
    }

    @Test
    void aDeclaredBucketKeyWins() {
        TableDefinition definition = new TableDefinition(
                COLUMNS, List.of("day", "id"), List.of(), Bucketing.DEFAULT.withColumn("id"), Map.of());

        assertThat(definition.bucketColumn()).isEqualTo("id");
    }

    @Test
    void refusesABucketKeyThatIsNoKeyColumnOrCannotBeBucketed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bucketedBy("note"))
                .withMessageContaining("'bucket-key'")
                .withMessageContaining("'note' does not belong to the primary key [id, flag]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bucketedBy("flag"))
                .withMessageContaining("'flag' is boolean, which Iceberg cannot bucket");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> definition(List.of("flag")))
                .withMessageContaining("[flag] can be bucketed");
    }

    @Test
    void refusesABucketCountBelowOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bucketing.DEFAULT.withCount(0))
                .withMessageContaining("'bucket'")
                .withMessageContaining("positive");
    }

    @Test
    void refusesPartitionColumnsOutsideTheKeyOrNamedTwice() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> partitioned(List.of("id"), "day"))
                .withMessageContaining("Partition column 'day' does not belong to the primary key [id]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> partitioned(List.of("id", "day"), "day", "day"))
                .withMessageContaining("twice");
    }

    private static TableDefinition definition(List<String> primaryKey) {
        return partitioned(primaryKey);
    }

    private static TableDefinition partitioned(List<String> primaryKey, String... partitionColumns) {
        return new TableDefinition(COLUMNS, primaryKey, List.of(partitionColumns), Bucketing.DEFAULT, Map.of());
    }

    private static TableDefinition bucketedBy(String column) {
        return new TableDefinition(
                COLUMNS, List.of("id", "flag"), List.of(), Bucketing.DEFAULT.withColumn(column), Map.of());
    }

    private static TableDefinition withColumn(LogicalType type) {
        RowType columns = RowType.of(new LogicalType[] {new BigIntType(), type}, new String[] {"id", "c"});
        return new TableDefinition(columns, List.of("id"), List.of(), Bucketing.DEFAULT, Map.of());
    }
}
