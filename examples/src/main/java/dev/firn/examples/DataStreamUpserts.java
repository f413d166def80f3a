package dev.firn.examples;

import dev.firn.sink.FirnSink;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.RowKind;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.flink.CatalogLoader;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.types.Types;

/** A stock of fruit, kept up to date by the DataStream API: five changes in, two rows left. */
public final class DataStreamUpserts {

    static final TableIdentifier STOCK = TableIdentifier.of("shop", "stock");

    private static final RowType ROW_TYPE = RowType.of(
            new LogicalType[] {new VarCharType(false, VarCharType.MAX_LENGTH), new IntType()},
            new String[] {"item", "pieces"});

    private DataStreamUpserts() {}

    /** Takes the folder of the warehouse, for instance {@code file:///tmp/warehouse}. */
    public static void main(String[] args) throws Exception {
        if (args.length != 1) {
            System.err.println("usage: DataStreamUpserts <URI of a warehouse>");
            System.exit(2);
        }
        run(args[0]);
    }

    static void run(String warehouse) throws Exception {
        createTable(warehouse);
        CatalogLoader catalog = CatalogLoader.hadoop(
                "shop", new Configuration(), Map.of(CatalogProperties.WAREHOUSE_LOCATION, warehouse));

        StreamExecutionEnvironment flink = StreamExecutionEnvironment.getExecutionEnvironment();
        flink.enableCheckpointing(1_000);
        DataStream<RowData> changes = flink.fromData(
                InternalTypeInfo.of(ROW_TYPE),
                row(RowKind.INSERT, "apple", 10),
                row(RowKind.INSERT, "pear", 5),
                row(RowKind.UPDATE_AFTER, "apple", 7),
                row(RowKind.DELETE, "pear", 5),
                row(RowKind.INSERT, "plum", 3));
        changes.sinkTo(FirnSink.forRowData(TableLoader.fromCatalog(catalog, STOCK))
                .rowType(ROW_TYPE)
                .build());
        flink.execute("Stock of fruit");
    }

    /** Format version 3, a primary key (identifier fields) and buckets are what Firn needs of a table. */
    private static void createTable(String warehouse) throws IOException {
        Schema schema = new Schema(
                List.of(
                        Types.NestedField.required(1, "item", Types.StringType.get()),
                        Types.NestedField.optional(2, "pieces", Types.IntegerType.get())),
                Set.of(1));
        try (HadoopCatalog catalog = new HadoopCatalog(new Configuration(), warehouse)) {
            catalog.buildTable(STOCK, schema)
                    .withPartitionSpec(
                            PartitionSpec.builderFor(schema).bucket("item", 2).build())
                    .withSortOrder(SortOrder.builderFor(schema).asc("item").build())
                    .withProperty(TableProperties.FORMAT_VERSION, "3")
                    .create();
        }
    }

    private static RowData row(RowKind kind, String item, int pieces) {
        return GenericRowData.ofKind(kind, StringData.fromString(item), pieces);
    }
}
