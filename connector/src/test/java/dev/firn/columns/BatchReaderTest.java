package dev.firn.columns;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT96;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.junit.jupiter.api.Test;

class BatchReaderTest {

    @Test
    void columnsAsIcebergAndOthersStoreThemAreRead() {
        assertThat(reads(Types.LongType.get(), optional(INT64))).isTrue();
        assertThat(reads(Types.LongType.get(), optional(INT64, LogicalTypeAnnotation.intType(64, true))))
                .isTrue();
        assertThat(reads(Types.LongType.get(), optional(INT32))).isTrue();
        assertThat(reads(Types.IntegerType.get(), optional(INT32, LogicalTypeAnnotation.intType(16, true))))
                .isTrue();
        assertThat(reads(Types.IntegerType.get(), optional(INT32, LogicalTypeAnnotation.intType(16, false))))
                .isTrue();
        assertThat(reads(Types.DoubleType.get(), optional(FLOAT))).isTrue();
        assertThat(reads(Types.StringType.get(), optional(BINARY))).isTrue();
        assertThat(reads(Types.StringType.get(), optional(BINARY, LogicalTypeAnnotation.enumType())))
                .isTrue();
        assertThat(reads(Types.DecimalType.of(9, 2), optional(INT64, LogicalTypeAnnotation.decimalType(2, 9))))
                .isTrue();
        assertThat(reads(Types.DecimalType.of(9, 2), optional(BINARY, LogicalTypeAnnotation.decimalType(2, 9))))
                .isTrue();
    }

    @Test
    void columnsThatMeanSomethingElseAreLeftToIceberg() {
        assertThat(reads(Types.TimestampType.withZone(), optional(INT96))).isFalse();
        assertThat(reads(
                        Types.TimestampType.withZone(),
                        optional(INT64, LogicalTypeAnnotation.timestampType(true, TimeUnit.MILLIS))))
                .isFalse();
        assertThat(reads(
                        Types.TimestampType.withZone(),
                        optional(INT64, LogicalTypeAnnotation.timestampType(true, TimeUnit.NANOS))))
                .isFalse();
        assertThat(reads(Types.TimeType.get(), optional(INT32, LogicalTypeAnnotation.timeType(true, TimeUnit.MILLIS))))
                .isFalse();
        assertThat(reads(Types.IntegerType.get(), optional(INT32, LogicalTypeAnnotation.intType(32, false))))
                .isFalse();
        assertThat(reads(Types.LongType.get(), optional(INT32, LogicalTypeAnnotation.intType(32, false))))
                .isFalse();
        assertThat(reads(Types.LongType.get(), optional(INT64, LogicalTypeAnnotation.intType(64, false))))
                .isFalse();
        assertThat(reads(Types.DecimalType.of(9, 2), optional(INT32, LogicalTypeAnnotation.decimalType(3, 9))))
                .isFalse();
        assertThat(reads(Types.DateType.get(), optional(INT64))).isFalse();
        assertThat(reads(Types.UUIDType.get(), fixed(16))).isFalse();
        assertThat(reads(Types.FixedType.ofLength(4), fixed(5))).isFalse();
        assertThat(reads(Types.BooleanType.get(), optional(INT32))).isFalse();
        assertThat(reads(Types.FloatType.get(), optional(DOUBLE))).isFalse();
        assertThat(reads(
                        Types.IntegerType.get(),
                        org.apache.parquet.schema.Types.repeated(INT32).id(1).named("c")))
                .isFalse();
        assertThat(reads(
                        Types.ListType.ofOptional(2, Types.StringType.get()),
                        org.apache.parquet.schema.Types.optionalList()
                                .optionalElement(BINARY)
                                .id(1)
                                .named("c")))
                .isFalse();
    }

    @Test
    void aRequiredColumnThatAFileLacksIsLeftToIceberg() {
        Schema schema = new Schema(NestedField.required(2, "missing", Types.IntegerType.get()));
        MessageType file = new MessageType("file", optional(BOOLEAN));
        assertThat(BatchReader.of(schema, file, Map.of())).isNull();
        assertThat(BatchReader.of(schema, file, Map.of(2, 5))).isNotNull();
    }

    private static boolean reads(Type type, org.apache.parquet.schema.Type stored) {
        Schema schema = new Schema(NestedField.optional(1, "c", type));
        return BatchReader.of(schema, new MessageType("file", stored), Map.of()) != null;
    }

    private static PrimitiveType optional(PrimitiveTypeName physical) {
        return org.apache.parquet.schema.Types.optional(physical).id(1).named("c");
    }

    private static PrimitiveType optional(PrimitiveTypeName physical, LogicalTypeAnnotation means) {
        return org.apache.parquet.schema.Types.optional(physical)
                .as(means)
                .id(1)
                .named("c");
    }

    private static PrimitiveType fixed(int length) {
        return org.apache.parquet.schema.Types.optional(FIXED_LEN_BYTE_ARRAY)
                .length(length)
                .id(1)
                .named("c");
    }
}
