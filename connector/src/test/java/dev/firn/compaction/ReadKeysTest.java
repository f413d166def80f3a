package dev.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.index.KeySource;
import dev.firn.key.Key;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Indexes are rebuilt, and unsorted files merged, by many threads at once. */
class ReadKeysTest {

    private static final int THREADS = 4;
    private static final long ROWS = 20_000;

    @Test
    void keysReadByManyThreadsAreThoseReadByOne(@TempDir Path localDisk) throws Exception {
        CompactionFixture fixture = new CompactionFixture(localDisk);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            DataFile file = fixture.write(
                    CompactionFixture.SCHEMA,
                    LongStream.range(0, ROWS).mapToObj(ReadKeysTest::row).toList());
            KeySource keys = fixture.table.keySource();
            List<Key> alone = read(keys, file);

            Callable<List<Key>> reading = () -> read(keys, file);
            for (Future<List<Key>> read : threads.invokeAll(Collections.nCopies(THREADS, reading))) {
                assertThat(read.get()).isEqualTo(alone);
            }
        } finally {
            threads.shutdownNow();
            fixture.close();
        }
    }

    private static Record row(long id) {
        Record row = GenericRecord.create(CompactionFixture.SCHEMA);
        row.set(0, id);
        row.set(1, "value " + id);
        return row;
    }

    private static List<Key> read(KeySource keys, DataFile file) throws IOException {
        List<Key> read = new ArrayList<>();
        try (CloseableIterable<Key> of = keys.keys(file)) {
            of.forEach(read::add);
        }
        return read;
    }
}
