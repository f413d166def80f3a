package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.DataOperations;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactedBucketsTest {

    @TempDir
    Path localDisk;

    private RecordTtlTable table;

    @BeforeEach
    void create() throws Exception {
        table = RecordTtlTable.uncompacted(localDisk);
    }

    @AfterEach
    void drop() throws Exception {
        table.close();
    }

    @Test
    void expiredRowsDieInASnapshotOfTheJobsOwnBeforeTheirFilesAreReplaced() throws Exception {
        table.upsert(1, table.now(), "old");
        table.upsert(2, table.now() + 10 * RecordTtlTable.TTL.toMillis(), "young");
        table.upsert(3, table.now(), "old");
        table.checkpoint();
        table.pass(2 * RecordTtlTable.TTL.toMillis());
        // A checkpoint of the sink comes between the merge and its commit.
        table.upsert(3, null, "for ever");

        try (CompactedBuckets job = table.compactor()) {
            assertThat(job.round()).isEmpty();
            table.threads.runAll();
            table.checkpoint();
            assertThat(job.round()).isPresent();
            assertThat(job.isWorking()).isFalse();
        }

        assertThat(table.rows()).isEqualTo(Map.of(2L, "young", 3L, "for ever"));
        assertThat(table.operations())
                .containsExactly(
                        DataOperations.APPEND, DataOperations.OVERWRITE, DataOperations.DELETE, DataOperations.REPLACE);
        table.upsert(2, null, "updated");
        table.checkpoint();
        assertThat(table.rows()).isEqualTo(Map.of(2L, "updated", 3L, "for ever"));
    }

    @Test
    void aBoundedOneLeavesFilesAloneThatComeLater() throws Exception {
        table.upsert(1, null, "a");
        table.checkpoint();
        try (CompactedBuckets job = table.compactor()) {
            assertThat(job.round()).isEmpty();
            table.upsert(2, null, "b");
            table.checkpoint();
            table.delete(2);
            table.checkpoint();

            // The file of which no row is live would be dropped at once.
            assertThat(job.round()).isEmpty();
            assertThat(job.isWorking()).isFalse();
        }
        try (CompactedBuckets next = table.compactor()) {
            assertThat(next.round()).isPresent();
        }
        assertThat(table.rows()).isEqualTo(Map.of(1L, "a"));
    }
}
