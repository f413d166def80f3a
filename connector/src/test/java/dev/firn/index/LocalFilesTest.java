package dev.firn.index;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LocalFilesTest {

    private final LocalFiles files = new LocalFiles();

    @Test
    void whatAnEarlierOwnerLeftGoesFirstThenWhatWasLetGoLongestAgo() {
        used("a", 10);
        used("b", 10);
        files.found("left", 10);
        files.letGo("b");
        files.letGo("a");

        assertThat(files.evict(1)).containsExactly("left");
        assertThat(files.evict(11)).containsExactly("b", "a");
        assertThat(files.bytes()).isZero();
    }

    @Test
    void onlyAsMuchGoesAsHasTo() {
        used("a", 10);
        used("b", 10);
        files.letGo("a");
        files.letGo("b");

        assertThat(files.evict(0)).isEmpty();
        assertThat(files.evict(10)).containsExactly("a");
        assertThat(files.bytes()).isEqualTo(10);
    }

    @Test
    void whatIsInUseStays() {
        used("a", 10);
        used("a", 10);
        files.letGo("a");

        assertThat(files.evict(100)).isEmpty();
        assertThat(files.idleBytes()).isZero();
        files.letGo("a");
        assertThat(files.idleBytes()).isEqualTo(10);
        assertThat(files.evict(100)).containsExactly("a");
    }

    @Test
    void whatIsUsedAgainIsTheMostUsefulOne() {
        used("a", 10);
        used("b", 10);
        files.letGo("a");
        files.letGo("b");
        files.use("a");
        files.letGo("a");

        assertThat(files.evict(20)).containsExactly("b", "a");
    }

    @Test
    void aDeletedFileCountsNoMoreEvenWhileSomebodyReadsIt() {
        used("a", 10);
        files.deleted("a");
        assertThat(files.bytes()).isZero();
        files.letGo("a");
        assertThat(files.evict(1)).isEmpty();
    }

    @Test
    void aLookForAFileThatIsNotThereLeavesNothing() {
        files.use("a");
        files.letGo("a");

        assertThat(files.bytes()).isZero();
        assertThat(files.evict(1)).isEmpty();
    }

    private void used(String name, long bytes) {
        files.use(name);
        files.sized(name, bytes);
    }
}
