package dev.firn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ContentsTest {

    private static final List<String> COLUMNS = List.of("region", "qty", "id");
    private static final List<String> KEY = List.of("region", "id");

    @Test
    void equalRowsInAnotherOrderDoNotDiffer() {
        Contents here = contents(List.of(row("r1", 5, 1), row("r2", null, 1)));
        Contents there = contents(List.of(row("r2", null, 1), row("r1", 5, 1)));

        assertThat(here.differencesFrom(there)).isEmpty();
        assertThat(here.duplicates()).isEmpty();
    }

    @Test
    void missingChangedAndSurplusRowsAreNamedByKey() {
        Contents here = contents(List.of(row("r1", 5, 1), row("r3", 7, 3)));
        Contents there = contents(List.of(row("r1", 6, 1), row("r2", 6, 2)));

        assertThat(here.differencesFrom(there))
                .containsExactlyInAnyOrder(
                        "key [r1, 1] has the row [r1, 5, 1] instead of [r1, 6, 1]",
                        "key [r2, 2] is missing",
                        "key [r3, 3] should not be there");
    }

    @Test
    void aKeyWithTwoRowsIsADifferenceEvenIfBothAreEqual() {
        Contents here = contents(List.of(row("r1", 5, 1), row("r1", 5, 1)));

        assertThat(here.size()).isEqualTo(2);
        assertThat(here.duplicates()).containsExactly("key [r1, 1] has the rows [r1, 5, 1] and [r1, 5, 1]");
        assertThat(here.differencesFrom(contents(List.of(row("r1", 5, 1))))).isEqualTo(here.duplicates());
    }

    private static Contents contents(List<List<Object>> rows) {
        Contents contents = new Contents(COLUMNS, KEY);
        rows.forEach(contents);
        return contents;
    }

    private static List<Object> row(String region, @Nullable Integer qty, int id) {
        return Arrays.asList(region, qty, id);
    }
}
