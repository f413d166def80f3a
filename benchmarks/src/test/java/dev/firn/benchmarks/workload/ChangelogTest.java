package dev.firn.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChangelogTest {

    private static final long LOAD = 1000;
    private static final long UPDATES = 5000;

    private static Workload workload(Popularity popularity) {
        return Workload.standard(LOAD, UPDATES).with(Map.of("popularity", popularity.name()));
    }

    @ParameterizedTest
    @EnumSource
    void theSurvivorsAreWhatAReplayLeaves(Popularity popularity) {
        Workload workload = workload(popularity);
        Changelog changelog = new Changelog(workload);
        Map<Long, Long> table = new TreeMap<>();
        for (int lane = 0; lane < workload.lanes(); lane++) {
            for (long number = 0; number < changelog.changesOfLane(); number++) {
                Change change = changelog.change(lane, number);
                if (change.kind() == RowKind.DELETE) {
                    table.remove(change.key());
                } else {
                    table.put(change.key(), change.version());
                }
            }
        }

        assertThat(changelog.survivors())
                .containsExactly(
                        table.values().stream().mapToLong(Long::longValue).toArray());
        assertThat(Told.SURVIVORS.by(workload).sum(workload).rows()).isEqualTo(table.size());
    }

    @Test
    void eachKeyIsLoadedOnceBeforeItIsUpdated() {
        Workload workload = workload(Popularity.UNIFORM);
        Changelog changelog = new Changelog(workload);
        Set<Long> loaded = new HashSet<>();
        for (int lane = 0; lane < workload.lanes(); lane++) {
            for (long number = 0; number < changelog.changesOfLane(); number++) {
                Change change = changelog.change(lane, number);
                if (change.kind() == RowKind.INSERT) {
                    assertThat(loaded.add(change.key())).isTrue();
                } else {
                    assertThat(loaded).contains(change.key());
                }
            }
        }

        assertThat(loaded).hasSize((int) LOAD);
    }

    @Test
    void aKeyStaysInItsLane() {
        Workload workload = workload(Popularity.ZIPF);
        Changelog changelog = new Changelog(workload);

        assertThat(LongStream.range(0, changelog.changesOfLane()).mapToObj(number -> changelog.change(1, number)))
                .allSatisfy(
                        change -> assertThat(change.key() % workload.lanes()).isEqualTo(1));
    }

    @Test
    void asManyUpdatesAreDeletesAsTheWorkloadSays() {
        Workload workload = Workload.standard(LOAD, 100_000).with(Map.of("deletes", "0.2"));
        Changelog changelog = new Changelog(workload);
        long deletes = LongStream.range(0, changelog.changesOfLane())
                .mapToObj(number -> changelog.change(0, number))
                .filter(change -> change.kind() == RowKind.DELETE)
                .count();

        assertThat((double) deletes / (100_000 / 2.0)).isCloseTo(0.2, within(0.01));
    }

    @Test
    void theSequelComesAfterEverythingElse() {
        Workload workload = workload(Popularity.UNIFORM);
        Told.Telling sequel = Told.SEQUEL.by(workload);

        assertThat(sequel.length(0)).isPositive();
        assertThat(sequel.change(0, 0).version()).isEqualTo(LOAD + UPDATES);
        assertThat(sequel.change(0, 0).kind()).isNotEqualTo(RowKind.INSERT);
    }

    @Test
    void sumsTellRowsApart() {
        Workload workload = workload(Popularity.UNIFORM);

        assertThat(RowSum.of(workload, LongStream.of(1, 2, 3)))
                .isEqualTo(RowSum.of(workload, LongStream.of(3, 1, 2)))
                .isNotEqualTo(RowSum.of(workload, LongStream.of(1, 2, 4)))
                .isNotEqualTo(RowSum.of(workload, LongStream.of(1, 2)));
    }
}
