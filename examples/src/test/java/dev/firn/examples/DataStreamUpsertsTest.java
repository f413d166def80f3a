package dev.firn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataStreamUpsertsTest {

    @TempDir
    Path folder;

    @Test
    void fiveChangesLeaveTwoRows() throws Exception {
        String warehouse = folder.toUri().toString();

        DataStreamUpserts.run(warehouse);

        try (HadoopCatalog catalog = new HadoopCatalog(new Configuration(), warehouse);
                CloseableIterable<Record> rows = IcebergGenerics.read(catalog.loadTable(DataStreamUpserts.STOCK))
                        .build()) {
            assertThat(rows)
                    .extracting(row -> row.getField("item") + " " + row.getField("pieces"))
                    .containsExactlyInAnyOrder("apple 7", "plum 3");
        }
    }
}
