package dev.firn.feed;

import static dev.firn.feed.SplitFixture.feed;
import static dev.firn.feed.SplitFixture.filtered;
import static dev.firn.feed.SplitFixture.projected;
import static dev.firn.feed.SplitFixture.split;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.dv.PositionSet;
import dev.firn.run.RunFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.util.InstantiationUtil;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class SplitChangesTest {

    @TempDir
    Path scratch;

    private SplitFixture fixture;

    @BeforeEach
    void table() {
        fixture = new SplitFixture(scratch);
    }

    private static Account a(long id, String note) {
        return Account.of(id, note);
    }

    /** Accounts 1 to 3 were there; 2 was changed, 3 was deleted, 4 is new. */
    private ChangeSplit oneOfEach() {
        DataFile old = fixture.sorted(a(1, "one"), a(2, "two"), a(3, "three"));
        DataFile flushed = fixture.sorted(a(2, "zwei"), a(4, "vier"));
        return split(fixture.died(old, PositionSet.EMPTY, PositionSet.of(1, 2)), fixture.added(flushed));
    }

    @Test
    void aKeyOnBothSidesIsAnUpdateAndOnOneSideAnInsertOrADelete() throws IOException {
        assertThat(fixture.read(oneOfEach(), feed(ChangelogKind.ALL)))
                .containsExactly(
                        "-U[2, eu, 1, two, 10]",
                        "+U[2, eu, 1, zwei, 10]",
                        "-D[3, eu, 1, three, 10]",
                        "+I[4, eu, 1, vier, 10]");
    }

    @Test
    void upsertsHaveNoPreImagesAndDeletesOnlyWhatMustNotBeNull() throws IOException {
        assertThat(fixture.read(oneOfEach(), feed(ChangelogKind.UPSERT)))
                .containsExactly("+U[2, eu, 1, zwei, 10]", "-D[3, eu, 1, null, null]", "+I[4, eu, 1, vier, 10]");
    }

    @Test
    void columnsComeInTheOrderInWhichTheyAreAskedForAndTheKeyNeedNotBeAmongThem() throws IOException {
        assertThat(fixture.read(oneOfEach(), projected(ChangelogKind.ALL, List.of(), "amount", "note")))
                .containsExactly("-U[10, two]", "+U[10, zwei]", "-D[10, three]", "+I[10, vier]");
        assertThat(fixture.read(oneOfEach(), projected(ChangelogKind.UPSERT, List.of(), "note", "id")))
                .containsExactly("+U[zwei, 2]", "-D[null, 3]", "+I[vier, 4]");
    }

    @Test
    void anUpdateOfColumnsThatAreNotReadIsNone() throws IOException {
        assertThat(fixture.read(oneOfEach(), projected(ChangelogKind.ALL, List.of(), "id", "amount")))
                .containsExactly("-D[3, 10]", "+I[4, 10]");
    }

    @Test
    void metadataTellsTheSnapshotAndEachImagesRow() throws IOException {
        List<MetadataColumn> all = List.of(MetadataColumn.values());
        assertThat(fixture.read(oneOfEach(), projected(ChangelogKind.ALL, all, "id")))
                .as("the row's id is no difference")
                .containsExactly(
                        "-D[3, 77, 2023-11-14T22:13:20.123, 8, 1002]", "+I[4, 77, 2023-11-14T22:13:20.123, 8, 1004]");
        assertThat(fixture.read(oneOfEach(), projected(ChangelogKind.UPSERT, List.of(MetadataColumn.ROW_ID), "id")))
                .containsExactly("+U[2, 1008]", "-D[3, 1007]", "+I[4, 1009]");
    }

    @Test
    void aRewriteThatKeepsTheRowsIsNoChange() throws IOException {
        DataFile old = fixture.sorted(a(1, "one"), a(2, "two"), a(3, "three"));
        DataFile copy = fixture.foreign(a(3, "three"), a(2, "zwei"), a(1, "one"));

        assertThat(fixture.read(split(fixture.removed(old), fixture.added(copy)), feed(ChangelogKind.ALL)))
                .containsExactly("-U[2, eu, 1, two, 10]", "+U[2, eu, 1, zwei, 10]");
    }

    @Test
    void rowsThatWereDeadOnBothSidesAreNotTold() throws IOException {
        DataFile old = fixture.sorted(a(1, "one"), a(2, "two"), a(3, "three"));
        DataFile added = fixture.sorted(a(5, "dead at once"), a(6, "six"));

        assertThat(fixture.read(split(fixture.removed(old, 0), fixture.added(added, 0)), feed(ChangelogKind.ALL)))
                .containsExactly("-D[2, eu, 1, two, 10]", "-D[3, eu, 1, three, 10]", "+I[6, eu, 1, six, 10]");
    }

    @Test
    void aVectorThatShrinksBringsRowsBack() throws IOException {
        DataFile file = fixture.sorted(a(1, "one"), a(2, "two"), a(3, "three"));

        assertThat(fixture.read(
                        split(fixture.died(file, PositionSet.of(0, 1), PositionSet.of(0, 2))), feed(ChangelogKind.ALL)))
                .containsExactly("+I[2, eu, 1, two, 10]", "-D[3, eu, 1, three, 10]");
    }

    @Test
    void aFilterMakesInsertsAndDeletesOfUpdatesThatCrossIt() throws IOException {
        DataFile old = fixture.sorted(
                a(1, "in").worth(60),
                a(2, "in").worth(70),
                a(3, "out").worth(1),
                a(4, "out").worth(2),
                a(5, "in").worth(80));
        DataFile added = fixture.sorted(
                a(1, "still in").worth(61),
                a(2, "gone out").worth(3),
                a(3, "come in").worth(90),
                a(4, "still out").worth(4));
        ChangeSplit split =
                split(fixture.died(old, PositionSet.EMPTY, PositionSet.of(0, 1, 2, 3, 4)), fixture.added(added));

        assertThat(fixture.read(split, filtered(ChangelogKind.ALL, Expressions.greaterThan("amount", 50))))
                .containsExactly(
                        "-U[1, eu, 1, in, 60]",
                        "+U[1, eu, 1, still in, 61]",
                        "-D[2, eu, 1, in, 70]",
                        "+I[3, eu, 1, come in, 90]",
                        "-D[5, eu, 1, in, 80]");
        assertThat(fixture.read(split, filtered(ChangelogKind.UPSERT, Expressions.greaterThan("amount", 50))))
                .containsExactly(
                        "+U[1, eu, 1, still in, 61]",
                        "-D[2, eu, 1, null, null]",
                        "+U[3, eu, 1, come in, 90]",
                        "-D[4, eu, 1, null, null]",
                        "-D[5, eu, 1, null, null]");
    }

    @Test
    void aFilterSeesColumnsThatAreNotProduced() throws IOException {
        FeedRows rows = feed(
                ChangelogKind.ALL,
                new FeedRows.Selection(SplitFixture.columns("note"), List.of(), Expressions.equal("region", "us")));
        DataFile added = fixture.sorted(a(1, "x"), a(1, "y").in("us"));

        assertThat(fixture.read(split(fixture.added(added)), rows)).containsExactly("+I[y]");
    }

    @Test
    void nullsPassAFilterOrNotButNeverFail() throws IOException {
        DataFile added = fixture.sorted(a(1, "x").worth(null), a(2, "y"));

        assertThat(fixture.read(split(fixture.added(added)), filtered(ChangelogKind.ALL, Expressions.isNull("amount"))))
                .containsExactly("+I[1, eu, 1, x, null]");
    }

    @Test
    void rowsOfAKeyThatIsThereTwiceArePairedInTheirOrder() throws IOException {
        DataFile old = fixture.foreign(a(1, "a"), a(1, "same"), a(1, "b"));
        DataFile added = fixture.foreign(a(1, "c"), a(1, "d"), a(1, "e"), a(1, "same"));

        assertThat(fixture.read(split(fixture.removed(old), fixture.added(added)), feed(ChangelogKind.ALL)))
                .containsExactly(
                        "-U[1, eu, 1, a, 10]",
                        "+U[1, eu, 1, c, 10]",
                        "-U[1, eu, 1, b, 10]",
                        "+U[1, eu, 1, d, 10]",
                        "+I[1, eu, 1, e, 10]");
        assertThat(fixture.read(split(fixture.removed(added), fixture.added(old)), feed(ChangelogKind.ALL)))
                .endsWith("-D[1, eu, 1, e, 10]");
    }

    @Test
    void newRowsAloneComeAsTheyLie() throws IOException {
        DataFile first = fixture.foreign(a(3, "x"), a(1, "x"));
        DataFile second = fixture.sorted(a(2, "x"), a(4, "x"));

        assertThat(fixture.read(
                        split(fixture.added(first), fixture.added(second, 1)),
                        projected(ChangelogKind.ALL, List.of(), "id")))
                .containsExactly("+I[3]", "+I[1]", "+I[2]");
    }

    @Test
    void nothingIsReadOfFilesWithoutRowsThatDiffer() throws IOException {
        DataFile same = fixture.sorted(a(1, "x"), a(2, "x"));
        DataFile added = fixture.sorted(a(3, "x"));
        ChangeSplit split = split(fixture.died(same, PositionSet.of(1), PositionSet.of(1)), fixture.added(added));

        assertThat(fixture.read(split, projected(ChangelogKind.ALL, List.of(), "id")))
                .containsExactly("+I[3]");
        assertThat(fixture.io.opened()).contains(added.location()).doesNotContain(same.location());
    }

    @Test
    void anEmptySplitHasNoRows() throws IOException {
        assertThat(fixture.read(split(), feed(ChangelogKind.ALL))).isEmpty();
    }

    @Test
    void aFileThatWasWrittenUnderAnotherSortOrderIsSorted() throws IOException {
        DataFile older = fixture.sorted(a(5, "x"), a(1, "x"), a(3, "x"));
        DataFile added = fixture.foreign(a(3, "y"), a(1, "y"));
        fixture.withOtherSortOrder();

        assertThat(fixture.read(
                        split(fixture.removed(older), fixture.added(added)),
                        projected(ChangelogKind.ALL, List.of(), "id", "note")))
                .containsExactly("-U[1, x]", "+U[1, y]", "-U[3, x]", "+U[3, y]", "-D[5, x]");
    }

    @Test
    void aFileThatLiesAboutItsOrderIsRefused() throws IOException {
        DataFile lying = fixture.sorted(a(1, "x"), a(5, "x"), a(3, "x"));
        DataFile added = fixture.foreign(a(9, "x"), a(1, "y"));
        ChangeSplit split = split(fixture.removed(lying), fixture.added(added));
        fixture.sortingIn(1);

        try (SplitChanges changes = fixture.open(split, feed(ChangelogKind.ALL))) {
            assertThat(changes.next()).isTrue();
            assertThatThrownBy(() -> {
                        while (changes.next()) {}
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(lying.location())
                    .hasMessageContaining("position 2")
                    .hasMessageContaining("rewrite_data_files");
        }
        assertThat(fixture.io.openStreams()).isZero();
        assertThat(fixture.scratchFiles()).isEmpty();
    }

    @Test
    void aSortedFileIsOpenedOnlyWhenItsFirstKeyCanBeDue() throws IOException {
        DataFile low = fixture.sorted(a(1, "x"), a(2, "x"));
        DataFile high = fixture.sorted(a(5, "x"), a(6, "x"));
        ChangeSplit split = split(
                fixture.died(high, PositionSet.EMPTY, PositionSet.of(0, 1)),
                fixture.died(low, PositionSet.EMPTY, PositionSet.of(0, 1)),
                fixture.added(fixture.sorted(a(1, "y"), a(6, "y"))));

        try (SplitChanges changes = fixture.open(split, feed(ChangelogKind.ALL))) {
            List<String> opened = new ArrayList<>();
            while (changes.next()) {
                opened.add(changes.row().getLong(0) + " "
                        + fixture.io.opened().contains(low.location())
                        + " "
                        + fixture.io.opened().contains(high.location()));
            }
            assertThat(opened)
                    .containsExactly(
                            "1 true false", "1 true false", "2 true true", "5 true true", "6 true true", "6 true true");
        }
    }

    @Test
    void aKeyBelowTheLowerBoundOfItsFileIsRefused() throws IOException {
        DataFile honest = fixture.sorted(a(1, "x"), a(9, "x"));
        DataFile other = fixture.sorted(a(5, "x"));
        Metrics bounds = new Metrics(2L, null, null, null, null, other.lowerBounds(), honest.upperBounds());
        DataFile lying = DataFiles.builder(PartitionSpec.unpartitioned())
                .copy(honest)
                .withMetrics(bounds)
                .build();
        ChangeSplit split = split(fixture.removed(lying), fixture.added(fixture.sorted(a(3, "y"))));

        assertThatThrownBy(() -> fixture.read(split, feed(ChangelogKind.ALL)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(lying.location())
                .hasMessageContaining("below the lower bound")
                .hasMessageContaining("rewrite_data_files");
    }

    @Test
    void aNameOrASortOrderAloneDoesNotMakeAFileSorted() throws IOException {
        List<Account> unsorted = List.of(a(5, "x"), a(3, "x"));
        DataFile named = fixture.write("other-L1.parquet", SortOrder.unsorted(), unsorted);
        DataFile ordered = fixture.write(
                "other.parquet",
                SortOrder.builderFor(SplitFixture.SCHEMA).asc("note").build(),
                unsorted);
        DataFile added = fixture.foreign(a(5, "y"));

        for (DataFile file : List.of(named, ordered)) {
            assertThat(fixture.read(
                            split(fixture.removed(file), fixture.added(added)),
                            projected(ChangelogKind.ALL, List.of(), "note", "id")))
                    .containsExactly("-D[x, 3]", "-U[x, 5]", "+U[y, 5]");
        }
    }

    @Test
    void rowsThatDoNotFitWaitInLocalFilesUntilTheSplitIsClosed() throws IOException {
        List<Account> many =
                LongStream.range(0, 50).mapToObj(id -> a(49 - id, "old")).toList();
        DataFile old = fixture.foreign(many);
        DataFile added = fixture.foreign(a(7, "new"), a(3, "new"));
        ChangeSplit split = split(fixture.removed(old), fixture.added(added));
        List<String> inMemory = fixture.read(split, feed(ChangelogKind.ALL));
        fixture.sortingIn(2_000);

        try (SplitChanges changes = fixture.open(split, feed(ChangelogKind.ALL))) {
            assertThat(changes.next()).isTrue();
            assertThat(fixture.scratchFiles()).hasSizeGreaterThan(3);
        }
        assertThat(fixture.scratchFiles()).isEmpty();
        assertThat(fixture.read(split, feed(ChangelogKind.ALL)))
                .isEqualTo(inMemory)
                .hasSize(52);
    }

    @Test
    void nothingIsLeftBehindWhereverReadingFails() throws IOException {
        List<Account> many =
                LongStream.range(0, 30).mapToObj(id -> a(29 - id, "old")).toList();
        ChangeSplit split = split(
                fixture.removed(fixture.foreign(many)),
                fixture.died(fixture.sorted(a(1, "x"), a(2, "x")), PositionSet.EMPTY, PositionSet.of(1)),
                fixture.added(fixture.sorted(a(2, "y"), a(3, "y"))),
                fixture.added(fixture.foreign(a(7, "new"), a(3, "new"))));
        fixture.sortingIn(1_000);
        int failures = 0;
        for (int reads = 0; ; reads++) {
            fixture.io.failAfterReads(reads);
            boolean failed = false;
            try (SplitChanges changes = fixture.open(split, feed(ChangelogKind.ALL))) {
                while (changes.next()) {}
            } catch (IOException | RuntimeException e) {
                assertThat(e).hasStackTraceContaining("The storage is gone");
                failed = true;
            }
            assertThat(fixture.io.openStreams()).as("after %d reads", reads).isZero();
            assertThat(fixture.scratchFiles()).as("after %d reads", reads).isEmpty();
            if (!failed) {
                break;
            }
            failures++;
        }
        assertThat(failures).isGreaterThan(10);
    }

    @Test
    void anyPrefixThatWasEmittedIsSkipped() throws IOException {
        ChangeSplit scan = split(
                fixture.added(fixture.foreign(a(3, "x"), a(1, "x"))),
                fixture.added(fixture.sorted(a(2, "x"), a(4, "x")), 1));
        for (ChangeSplit split : List.of(oneOfEach(), scan)) {
            List<String> all = fixture.read(split, feed(ChangelogKind.ALL));
            for (int emitted = 0; emitted <= all.size(); emitted++) {
                assertThat(fixture.read(split.after(emitted), feed(ChangelogKind.ALL)))
                        .isEqualTo(all.subList(emitted, all.size()));
            }
            assertThatThrownBy(() -> fixture.read(split.after(all.size() + 1), feed(ChangelogKind.ALL)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("snapshot 77");
            assertThat(fixture.io.openStreams()).isZero();
        }
    }

    @Test
    void filesOfAScanThatWereEmittedAreNotReadAgain() throws IOException {
        DataFile emitted = fixture.foreign(a(3, "x"), a(1, "x"));
        DataFile left = fixture.foreign(a(2, "x"), a(5, "x"), a(4, "x"));
        ChangeSplit scan = split(fixture.added(emitted), fixture.added(left, 1));

        assertThat(fixture.read(scan.after(3), projected(ChangelogKind.ALL, List.of(), "id")))
                .containsExactly("+I[4]");
        assertThat(fixture.io.opened()).contains(left.location()).doesNotContain(emitted.location());
    }

    @Test
    void whatItTakesToReadRowsCanBeSentAround() throws Exception {
        FeedRows rows = filtered(ChangelogKind.ALL, Expressions.lessThan("amount", 50));
        FeedRows sent = InstantiationUtil.clone(rows);

        List<String> told = new ArrayList<>(fixture.read(oneOfEach(), sent));
        assertThat(told).hasSize(4);
    }

    @Test
    void timesAreComparedAndToldAsFinelyAsTheyAreDeclared() throws IOException {
        Schema schema = new Schema(
                NestedField.required(1, "id", Types.LongType.get()),
                NestedField.required(2, "at", Types.TimestampType.withoutZone()));
        SortOrder order = SortOrder.builderFor(schema).asc("id").build();
        RunFormat format = RunFormat.of(
                schema,
                RowType.of(
                        new LogicalType[] {new BigIntType(false), new TimestampType(false, 6)},
                        new String[] {"id", "at"}),
                List.of("id"),
                order,
                Map.of());
        TimestampData fine = TimestampData.fromEpochMillis(1_123, 456_000);
        DataFile old = fixture.write("old-L0.parquet", format, List.of(GenericRowData.of(1L, fine)));
        DataFile same = fixture.write(
                "same.parquet", format, List.of(GenericRowData.of(1L, TimestampData.fromEpochMillis(1_123))));
        RowType declared = RowType.of(
                new LogicalType[] {new BigIntType(false), new TimestampType(false, 3)}, new String[] {"id", "at"});
        FeedRows rows = FeedRows.of(schema, List.of("id"), FeedRows.Selection.of(declared), ChangelogKind.ALL);

        assertThat(fixture.read(split(fixture.removed(old), fixture.added(same)), rows))
                .isEmpty();
        assertThat(fixture.read(split(fixture.added(old)), rows)).containsExactly("+I[1, 1970-01-01T00:00:01.123]");
    }
}
