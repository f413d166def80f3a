package dev.firn.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartTest {

    private static final Map<String, String> HEADERS = Map.of(
            "pgbench_accounts", "aid,bid,abalance,filler",
            "pgbench_branches", "bid,bbalance,filler",
            "pgbench_tellers", "tid,bid,tbalance,filler",
            "pgbench_history", "tid,bid,aid,delta,mtime,filler,hid",
            "kv", "k,a,b,c,ts",
            "ord", "region,id,qty,note");

    @TempDir
    Path folder;

    private final ByteArrayOutputStream console = new ByteArrayOutputStream();

    @Test
    void everyTableEqualsTheDumpOfPostgres() throws Exception {
        boolean passed = run(Path.of("data/pgbench-cdc"), folder.resolve("run"));

        assertThat(passed).as(said()).isTrue();
        assertThat(said())
                .containsPattern("pgbench_accounts +100,000 +\\d+ +\\d+ +in all +equal +equal")
                .containsPattern("pgbench_branches +1 +\\d+ +\\d+ +in all +equal +equal")
                .containsPattern("pgbench_tellers +10 +\\d+ +\\d+ +in all +equal +equal")
                .containsPattern("pgbench_history +36,083 +\\d+ +\\d+ +in all +equal +equal")
                .containsPattern("kv +5,473 +\\d+ +\\d+ +in all +equal +equal")
                .containsPattern("ord +4,665 +\\d+ +\\d+ +in all +equal +equal")
                .contains("All 6 tables equal the dump");
    }

    @Test
    void aRowThatDiffersFromTheDumpFailsAndIsNamed() throws Exception {
        for (CopiedTable table : CopiedTable.ALL) {
            write("events/" + table.name() + ".jsonl.gz", "");
            write("final/" + table.name() + ".csv.gz", HEADERS.get(table.name()) + "\n");
        }
        write("events/ord.jsonl.gz", """
                {"before":null,"after":{"region":"r1","id":1,"qty":5,"note":null},"op":"c"}
                {"before":null,"after":{"region":"r1","id":2,"qty":6,"note":"n"},"op":"c"}
                {"before":{"region":"r1","id":2,"qty":6,"note":"n"},"after":null,"op":"d"}
                """);
        write("final/ord.csv.gz", HEADERS.get("ord") + "\nr1,1,4,\n");
        Files.writeString(folder.resolve("final/aggregates.txt"), "ord|1|4\n");

        assertThat(run(folder, folder.resolve("run"))).isFalse();
        assertThat(said())
                .contains("ord is not what it should be")
                .contains("read by Iceberg: key [r1, 1] has the row [r1, 1, 5, null] instead of [r1, 1, 4, null]")
                .contains("read by Flink SQL: key [r1, 1] has the row [r1, 1, 5, null] instead of [r1, 1, 4, null]")
                .contains("Counts and sums differ");
    }

    @Test
    void aJobThatFailsIsExplained() throws Exception {
        for (CopiedTable table : CopiedTable.ALL) {
            write("events/" + table.name() + ".jsonl.gz", "");
        }
        write("events/kv.jsonl.gz", "this is not JSON\n");

        assertThat(run(folder, folder.resolve("run"))).isFalse();
        assertThat(said()).contains("The job failed").contains("this is not JSON");
    }

    @Test
    void aFolderInUseIsRefused() throws Exception {
        Path used = Files.createDirectory(folder.resolve("used"));
        Files.createFile(used.resolve("precious"));

        assertThat(run(Path.of("data/pgbench-cdc"), used)).isFalse();
        assertThat(said()).contains("used is not empty");
        assertThat(used.resolve("precious")).exists();
    }

    private boolean run(Path data, Path work) throws InterruptedException {
        return Quickstart.run(data, work, new PrintStream(console, true, UTF_8));
    }

    private String said() {
        return console.toString(UTF_8);
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(path))) {
            out.write(text.getBytes(UTF_8));
        }
    }
}
