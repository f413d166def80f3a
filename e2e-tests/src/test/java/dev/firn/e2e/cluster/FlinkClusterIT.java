package dev.firn.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FlinkClusterIT {
    @Test
    void walks(@TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.NEVER) Path disk) throws Exception {
        long t = System.nanoTime();
        try (FlinkCluster flink = new FlinkCluster(disk, Program.FLINK_LIB.jars())) {
            flink.start();
            System.out.println("started " + (System.nanoTime() - t) / 1e9);
            try (SqlGateway sql = SqlGateway.connect(flink.gateway())) {
                sql.execute("SET 'execution.checkpointing.interval' = '1 s'");
                sql.execute("CREATE CATALOG lake WITH ('type'='firn','catalog-type'='hadoop','warehouse'='"
                        + disk.resolve("warehouse").toUri() + "')");
                sql.execute("CREATE DATABASE lake.db");
                sql.execute("CREATE TABLE lake.db.t (id BIGINT, v STRING, PRIMARY KEY (id) NOT ENFORCED)");
                System.out.println(sql.execute("INSERT INTO lake.db.t VALUES (1,'a'),(2,'b')"));
                System.out.println("inserted " + (System.nanoTime() - t) / 1e9);
                sql.execute("SET 'execution.runtime-mode' = 'batch'");
                sql.execute("SET 'table.dml-sync' = 'true'");
                System.out.println(sql.execute("INSERT INTO lake.db.t VALUES (3,'a'),(2,'c')"));
                System.out.println(sql.execute("SELECT * FROM lake.db.t"));
                System.out.println("read " + (System.nanoTime() - t) / 1e9);
            }
        }
        assertThat(t).isPositive();
    }
}
