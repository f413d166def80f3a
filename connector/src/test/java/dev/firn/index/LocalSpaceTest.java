package dev.firn.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSpaceTest {

    private static final long GIBIBYTE = 1L << 30;

    @TempDir
    Path directory;

    @Test
    void theQuotaCountsWhatIsThere() {
        LocalSpace.Usage usage = new LocalSpace.Usage(600, 100 * GIBIBYTE, 200 * GIBIBYTE);

        assertThat(usage.room(1_000)).isEqualTo(400);
        assertThat(usage.room(600)).isZero();
        assertThat(usage.room(100)).isZero();
    }

    @Test
    void aTwentiethOfTheDiskIsLeftToOthersButNotMoreThanAGibibyte() {
        assertThat(new LocalSpace.Usage(0, 300, 2_000).room(Long.MAX_VALUE)).isEqualTo(200);
        assertThat(new LocalSpace.Usage(0, 99, 2_000).room(Long.MAX_VALUE)).isZero();
        assertThat(new LocalSpace.Usage(0, 5 * GIBIBYTE, 500 * GIBIBYTE).room(Long.MAX_VALUE))
                .isEqualTo(4 * GIBIBYTE);
    }

    @Test
    void theNarrowerOfQuotaAndDiskCounts() {
        assertThat(new LocalSpace.Usage(600, 300, 2_000).room(1_000)).isEqualTo(200);
        assertThat(new LocalSpace.Usage(600, 1_500, 2_000).room(1_000)).isEqualTo(400);
    }

    @Test
    void whatNobodyUsesGoesWhenItsSpaceIsNeeded() {
        assertThat(new LocalSpace.Usage(600, 500, 300, 2_000).room(1_000)).isEqualTo(700);
        assertThat(new LocalSpace.Usage(600, 500, 1_500, 2_000).room(1_000)).isEqualTo(900);
        assertThat(new LocalSpace.Usage(1_600, 500, 1_500, 2_000).room(1_000)).isZero();
    }

    @Test
    void aDiskThatDoesNotTellItsSizeIsNoLimit() {
        assertThat(new LocalSpace.Usage(600, 0, 0).room(1_000)).isEqualTo(400);
        assertThat(new LocalSpace.Usage(600, 0, 0).room(Long.MAX_VALUE)).isGreaterThan(GIBIBYTE);
    }

    @Test
    void noTwoCountOnTheSameBytes() {
        LocalSpace space = new LocalSpace(() -> new LocalSpace.Usage(0, 0, 0), 1_000);

        assertThat(space.tryReserve(700)).isTrue();
        assertThat(space.room()).isEqualTo(300);
        assertThat(space.tryReserve(301)).isFalse();
        assertThat(space.tryReserve(300)).isTrue();
        assertThat(space.room()).isZero();
        space.release(700);
        assertThat(space.room()).isEqualTo(700);
    }

    @Test
    void whatWasReservedAheadIsNoLessWhenTheFilesGrowBeyondIt() {
        AtomicReference<LocalSpace.Usage> usage = new AtomicReference<>(new LocalSpace.Usage(0, 0, 0));
        LocalSpace space = new LocalSpace(usage::get, 1_000);
        assertThat(space.tryReserve(400)).isTrue();
        usage.set(new LocalSpace.Usage(900, 0, 0));

        assertThat(space.room()).isZero();
        assertThat(space.tryReserve(0)).isTrue();
        assertThat(space.tryReserve(1)).isFalse();
        space.release(400);
        assertThat(space.room()).isEqualTo(100);
    }

    @Test
    void theFilesOfTheDirectoryAreCountedUnfinishedOnesNot() throws Exception {
        IndexedFiles files = new IndexedFiles(directory);
        try (KeyIndexes indexes = files.open()) {
            KeyIndex first = files.write(indexes, "first", Keys.even(30));
            DataFile second = files.add("second", Keys.even(500));
            long bytes = first.localBytes() + indexes.index(second).localBytes();
            try (KeyIndexWriter unfinished = indexes.writer("third")) {
                unfinished.add(Keys.of(1));
                assertThat(indexes.space().indexBytes()).isEqualTo(bytes).isEqualTo(bytesOf(".keys"));
            }
            indexes.forget("first");
            assertThat(indexes.space().indexBytes())
                    .isEqualTo(indexes.index(second).localBytes());
        }
    }

    @Test
    void aDirectoryThatIsGoneHoldsNothing() throws Exception {
        Path lost = directory.resolve("lost");
        IndexedFiles files = new IndexedFiles(lost);
        try (KeyIndexes indexes = files.open()) {
            Files.delete(lost);
            assertThat(indexes.space().indexBytes()).isZero();
        }
    }

    private long bytesOf(String suffix) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(suffix)).toList();
            long bytes = 0;
            for (Path file : found) {
                bytes += Files.size(file);
            }
            return bytes;
        }
    }
}
