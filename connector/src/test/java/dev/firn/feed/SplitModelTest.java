package dev.firn.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random changes of sorted and of foreign files, with vectors that grow and shrink, keys that are there twice and
 * rewrites by copying, are told as a model tells them; applied to what was there, they give what is there.
 */
@SuppressWarnings("NullAway.Init")
class SplitModelTest {

    private static final int CHANGES = 40;

    /** Reads every column that is compared: the model knows of no rows that differ elsewhere. */
    private static final Expression RICH =
            Expressions.and(Expressions.notNull("amount"), Expressions.greaterThanOrEqual("amount", 40));

    @TempDir
    Path scratch;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void changesAreToldAsTheModelTellsThem(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < CHANGES; i++) {
            SplitFixture fixture = new SplitFixture(scratch.resolve("change-" + i));
            SplitModel model = new SplitModel(fixture, random);
            fixture.sortingIn(List.of(1L, 700L, 3_000L, 1L << 20).get(random.nextInt(4)));
            ChangeSplit split = model.split();
            for (ChangelogKind kind : ChangelogKind.values()) {
                tell(fixture, model, split, kind, random);
            }
        }
    }

    private static void tell(
            SplitFixture fixture, SplitModel model, ChangeSplit split, ChangelogKind kind, Random random)
            throws IOException {
        List<String> columns = columns(random);
        boolean filtered = random.nextBoolean();
        Expression filter = filtered ? RICH : Expressions.alwaysTrue();
        SplitModel.Reading reading = new SplitModel.Reading(
                kind, columns, filtered ? row -> row.amount() != null && row.amount() >= 40 : row -> true);
        FeedRows rows = SplitFixture.feed(
                kind, new FeedRows.Selection(SplitFixture.columns(columns.toArray(String[]::new)), List.of(), filter));
        String what = kind + " of " + columns + " where " + filter;

        List<String> told = fixture.read(split, rows);

        assertThat(told).as(what).isEqualTo(model.told(reading));
        if (kind != ChangelogKind.UPSERT) {
            assertThat(applied(told, model.before(reading))).as(what).isEqualTo(model.after(reading));
        }
        int emitted = random.nextInt(told.size() + 1);
        assertThat(fixture.read(split.after(emitted), rows)).isEqualTo(told.subList(emitted, told.size()));
    }

    /** Some of the columns; all compare the amount, so that it is always read. */
    private static List<String> columns(Random random) {
        List<String> columns = new ArrayList<>(List.of("id", "region", "grade", "note"));
        Collections.shuffle(columns, random);
        List<String> some = new ArrayList<>(columns.subList(0, random.nextInt(5)));
        some.add(random.nextInt(some.size() + 1), "amount");
        return some;
    }

    /** The changelog applied to rows: what is taken back must be there. */
    private static Map<String, Integer> applied(List<String> told, Map<String, Integer> rows) {
        for (String change : told) {
            String row = change.substring(2);
            if (change.startsWith("-")) {
                assertThat(rows).as("taken back by %s", change).containsKey(row);
                rows.computeIfPresent(row, (same, times) -> times == 1 ? null : (Integer) (times - 1));
            } else {
                rows.merge(row, 1, Integer::sum);
            }
        }
        return rows;
    }
}
