package dev.firn.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.run.PagePlan.Range;
import java.util.List;
import org.junit.jupiter.api.Test;

class PagePlanTest {

    private static final long FIRST = 5_000;
    private static final long[] BY_100 = {0, 100, 200, 300, 400, 500, 600, 700, 800, 900};
    private static final long[] BY_250 = {0, 250, 500, 750};

    @Test
    void onlyPagesWithWantedRowsAreRead() {
        assertThat(plan(List.of(BY_100), 0, 99, 450, 999).ranges())
                .containsExactly(new Range(0, 100), new Range(400, 500), new Range(900, 1_000));
    }

    @Test
    void pagesNextToEachOtherAreOneRange() {
        assertThat(plan(List.of(BY_100), 150, 200, 399, 500).ranges())
                .containsExactly(new Range(100, 400), new Range(500, 600));
    }

    @Test
    void rangesBeginAndEndWherePagesOfAllColumnsDo() {
        assertThat(plan(List.of(BY_100, BY_250), 10).ranges()).containsExactly(new Range(0, 500));
        assertThat(plan(List.of(BY_100, BY_250), 500).ranges()).containsExactly(new Range(500, 1_000));
        assertThat(plan(List.of(BY_100, BY_250, BY_100), 10, 999).isWhole()).isTrue();
    }

    @Test
    void aRowGroupWithoutCommonBordersIsReadWhole() {
        PagePlan plan = plan(List.of(new long[] {0, 333, 666}, BY_100), 400);

        assertThat(plan.isWhole()).isTrue();
        assertThat(plan(List.of(BY_100), 400).isWhole()).isFalse();
    }

    @Test
    void whatIsWantedOfOtherRowGroupsDoesNotCount() {
        WantedPositions wanted = ImageReaderTest.wanted(10_000, 4_999, 5_310, 6_000);

        assertThat(PagePlan.of(1_000, FIRST, List.of(BY_100), wanted).ranges()).containsExactly(new Range(300, 400));
    }

    private static PagePlan plan(List<long[]> pageStarts, long... rows) {
        long[] positions = new long[rows.length];
        for (int i = 0; i < rows.length; i++) {
            positions[i] = FIRST + rows[i];
        }
        return PagePlan.of(1_000, FIRST, pageStarts, ImageReaderTest.wanted(10_000, positions));
    }
}
