package dev.firn.table;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.jspecify.annotations.Nullable;

/**
 * The rows of iceberg-flink's source in the types that the table was declared with. The source itself knows only the
 * types that Iceberg stores.
 *
 * <p>The planner takes the source's rows for rows of the declared type, and objects of most types do serve as both; but
 * an {@link Integer} is no {@link Byte} or {@link Short}.
 */
record DeclaredTypes(DataStreamScanProvider stored, RowType declared) implements DataStreamScanProvider {

    @Override
    public DataStream<RowData> produceDataStream(ProviderContext context, StreamExecutionEnvironment environment) {
        DataStream<RowData> rows = OwnClasses.visibleTo(() -> stored.produceDataStream(context, environment));
        if (!LogicalTypeChecks.hasNested(declared, DeclaredTypes::isNarrowInteger)) {
            return rows;
        }
        // The planner sets it for the last operator only.
        getParallelism().ifPresent(rows.getTransformation()::setParallelism);
        // From here on rows may become binary in the type that they are read with, so every type is converted.
        RowType read = ((InternalTypeInfo<RowData>) rows.getType()).toRowType();
        SingleOutputStreamOperator<RowData> converted = rows.map(
                        new Conversion(read, declared), InternalTypeInfo.of(declared))
                .name("As declared")
                .setParallelism(rows.getParallelism());
        context.generateUid("declared-types").ifPresent(converted::uid);
        return converted;
    }

    private static boolean isNarrowInteger(LogicalType type) {
        return type.is(LogicalTypeRoot.TINYINT) || type.is(LogicalTypeRoot.SMALLINT);
    }

    @Override
    public boolean isBounded() {
        return stored.isBounded();
    }

    @Override
    public Optional<Integer> getParallelism() {
        return stored.getParallelism();
    }

    private static final class Conversion extends RichMapFunction<RowData, RowData> {

        private final RowType read;
        private final RowType declared;
        private transient @Nullable UnaryOperator<Object> conversion;

        Conversion(RowType read, RowType declared) {
            this.read = read;
            this.declared = declared;
        }

        @Override
        public void open(OpenContext context) {
            conversion = RowConversion.between(read, declared);
        }

        @Override
        public RowData map(RowData row) {
            return conversion == null ? row : (RowData) conversion.apply(row);
        }
    }
}
