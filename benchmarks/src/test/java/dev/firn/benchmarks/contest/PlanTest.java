package dev.firn.benchmarks.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {

    @Test
    void repetitionsAreInterleaved() {
        List<String> contestants = Plan.of(Plan.INGEST, Plan.Size.STANDARD).stream()
                .map(Turn::contestant)
                .toList();
        int everybody = (int) contestants.stream().distinct().count();
        List<String> repeated = contestants.subList(everybody, contestants.size());
        List<String> again = repeated.subList(0, repeated.size() / 2);

        assertThat(contestants.subList(0, everybody)).doesNotHaveDuplicates().containsSubsequence(again);
        assertThat(again).doesNotHaveDuplicates().contains("firn", "iceberg-append", "reference");
        assertThat(repeated.subList(repeated.size() / 2, repeated.size())).isEqualTo(again);
    }

    @Test
    void everybodyWhoIsPlannedCanTakePart() {
        assertThat(Plan.PARTS)
                .flatExtracting(part -> Plan.of(part, Plan.Size.STANDARD))
                .extracting(turn -> Settings.parse(turn.arguments()))
                .isNotEmpty()
                .allSatisfy(settings -> {
                    assertThat(Contestants.named(settings.contestant())).isNotNull();
                    assertThat(settings.workload().size().changes()).isPositive();
                    assertThat(settings.pace()).isNotNull();
                });
        assertThatThrownBy(() -> Plan.of("another", Plan.Size.BRIEF)).hasMessageContaining("no part 'another'");
    }

    @Test
    void oneFirnIsFollowedByAReaderOfItsFeed() {
        assertThat(Plan.of(Plan.INGEST, Plan.Size.BRIEF))
                .filteredOn(turn -> Settings.parse(turn.arguments()).isFollowed())
                .extracting(Turn::contestant)
                .containsExactly("firn-feed");
    }
}
