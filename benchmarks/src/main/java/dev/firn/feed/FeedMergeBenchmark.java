package dev.firn.feed;

import dev.firn.benchmarks.KeyKind;
import dev.firn.benchmarks.SampleTable;
import dev.firn.iceberg.SnapshotStamp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Images in memory paired to a changelog: the rows of one new file, most of which were in one of seven older files
 * before. An operation is an image.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class FeedMergeBenchmark {

    private static final int IMAGES = 100_000;
    private static final int FILES = 8;

    @Param({"ALL", "UPSERT"})
    public ChangelogKind changes;

    private SampleTable table;
    private Changelog changelog;
    private final List<List<Image>> files = new ArrayList<>();

    private static final class InMemory implements KeyedImages {
        private final List<Image> images;
        private int at = -1;

        InMemory(List<Image> images) {
            this.images = images;
        }

        @Override
        public boolean next() {
            return ++at < images.size();
        }

        @Override
        public Image image() {
            return images.get(at);
        }

        @Override
        public void close() {}
    }

    @Setup
    public void open() throws IOException {
        table = new SampleTable(KeyKind.BIGINT);
        FeedRows rows = FeedRows.of(
                table.format().schema(),
                table.format().keyColumns(),
                FeedRows.Selection.of(table.format().rowType()),
                changes);
        changelog = Changelog.of(rows, SnapshotStamp.EMPTY_TABLE);
        Random random = new Random(1);
        for (int i = 0; i < FILES; i++) {
            files.add(new ArrayList<>());
        }
        int images = 0;
        for (long number = 0; images < IMAGES; number++) {
            add(0, Side.AFTER, number, number);
            images++;
            if (images < IMAGES && random.nextInt(10) > 0) {
                add(1 + random.nextInt(FILES - 1), Side.BEFORE, number, number + 1);
                images++;
            }
        }
    }

    private void add(int file, Side side, long key, long value) {
        var row = table.row(value);
        row.setField(0, key);
        List<Image> images = files.get(file);
        images.add(new Image(table.key(key), new Image.Place(side, file, images.size()), row));
    }

    @TearDown
    public void close() throws IOException {
        table.close();
    }

    @Benchmark
    @OperationsPerInvocation(IMAGES)
    public void pair(Blackhole blackhole) throws IOException {
        List<InMemory> sources = files.stream().map(InMemory::new).toList();
        try (MergedChanges pairs = new MergedChanges(new MergedImages(sources))) {
            for (KeyChange change = pairs.next(); change != null; change = pairs.next()) {
                changelog.tell(change, blackhole::consume);
            }
        }
    }
}
