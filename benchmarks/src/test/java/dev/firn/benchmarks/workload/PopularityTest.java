package dev.firn.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PopularityTest {

    private static final int ROWS = 1000;
    private static final int DRAWS = 1_000_000;

    private static long[] draws(Popularity popularity) {
        SplittableRandom random = new SplittableRandom(1);
        double zeta = popularity.zeta(ROWS);
        long[] draws = new long[ROWS];
        for (int i = 0; i < DRAWS; i++) {
            draws[(int) popularity.rank(random.nextDouble(), ROWS, zeta)]++;
        }
        return draws;
    }

    @ParameterizedTest
    @EnumSource
    void theLeastAndTheGreatestRandomNumberMeetARow(Popularity popularity) {
        double zeta = popularity.zeta(ROWS);

        assertThat(popularity.rank(0, ROWS, zeta)).isBetween(0L, ROWS - 1L);
        assertThat(popularity.rank(Math.nextDown(1.0), ROWS, zeta)).isBetween(0L, ROWS - 1L);
    }

    @Test
    void uniformUpdatesMeetEachRowAsOftenAsAnyOther() {
        assertThat(LongStream.of(draws(Popularity.UNIFORM)).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(DRAWS / ROWS * 8L / 10, DRAWS / ROWS * 12L / 10));
    }

    @Test
    void theRowsOfZipfAreAsPopularAsTheirRanksSay() {
        long[] sorted = Arrays.stream(draws(Popularity.ZIPF)).sorted().toArray();
        double zeta = IntStream.rangeClosed(1, ROWS)
                .mapToDouble(rank -> Math.pow(rank, -0.99))
                .sum();

        for (int rank : new int[] {1, 2, 10, 100}) {
            double share = (double) sorted[ROWS - rank] / DRAWS;
            double expected = Math.pow(rank, -0.99) / zeta;
            // The method of Gray et al. is exact for the first two, and close for the others.
            assertThat(share / expected).as("rank %s", rank).isCloseTo(1, within(0.25));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 7, 1000, 4096})
    void zipfMeetsEveryRowIfItIsDrawnOftenEnough(long rows) {
        double zeta = Popularity.ZIPF.zeta(rows);
        double draws = 1_000_000;

        assertThat(LongStream.range(0, (long) draws)
                        .map(draw -> Popularity.ZIPF.rank(draw / draws, rows, zeta))
                        .distinct())
                .hasSize((int) rows);
    }

    @Test
    void thePopularRowsOfZipfAreScatteredOverAllKeys() {
        long[] draws = draws(Popularity.ZIPF);
        long[] hottest = IntStream.range(0, ROWS)
                .boxed()
                .sorted((one, other) -> Long.compare(draws[other], draws[one]))
                .limit(20)
                .mapToLong(Integer::longValue)
                .sorted()
                .toArray();

        assertThat(hottest[0]).isLessThan(ROWS / 4L);
        assertThat(hottest[hottest.length - 1]).isGreaterThan(ROWS * 3L / 4);
    }

    @Test
    void nineOfTenRecentUpdatesMeetTheNewestEighth() {
        long[] draws = draws(Popularity.RECENT);
        long newest =
                LongStream.of(Arrays.copyOfRange(draws, ROWS - ROWS / 8, ROWS)).sum();

        assertThat((double) newest / DRAWS).isCloseTo(0.9, within(0.02));
        assertThat(draws[ROWS - 1]).isGreaterThan(draws[ROWS - 100]).isGreaterThan(draws[0]);
    }
}
