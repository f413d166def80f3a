package dev.firn.feed;

import static dev.firn.feed.SplitFixture.KEY;
import static dev.firn.feed.SplitFixture.ROW_TYPE;
import static dev.firn.feed.SplitFixture.SCHEMA;
import static dev.firn.feed.SplitFixture.columns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;

class FeedRowsTest {

    private static List<String> names(ImageColumns columns) {
        assertThat(columns.schema().columns())
                .hasSize(columns.rowType().getFieldCount())
                .extracting(NestedField::name)
                .isEqualTo(columns.rowType().getFieldNames());
        return columns.rowType().getFieldNames();
    }

    @Test
    void completeImagesHaveWhatIsProducedThenTheKeyThenWhatIsFilteredThenTheRowsId() {
        FeedRows rows = FeedRows.of(
                SCHEMA,
                KEY,
                new FeedRows.Selection(
                        columns("grade", "id"),
                        List.of(MetadataColumn.ROW_ID, MetadataColumn.SNAPSHOT_ID),
                        Expressions.and(Expressions.isNull("note"), Expressions.equal("id", 3))),
                ChangelogKind.ALL);

        assertThat(names(rows.images())).containsExactly("grade", "id", "region", "note", "_row_id");
        assertThat(rows.images().schema().findField("_row_id").fieldId()).isEqualTo(MetadataColumns.ROW_ID.fieldId());
        assertThat(rows.images().rowType().getTypeAt(0)).isEqualTo(ROW_TYPE.getTypeAt(2));
        assertThat(rows.beforeImages().rowType()).isEqualTo(rows.images().rowType());
    }

    @Test
    void imagesAheadOfUpsertsHaveTheKeyAndWhatMustNotBeNull() {
        FeedRows rows = FeedRows.of(SCHEMA, KEY, FeedRows.Selection.of(ROW_TYPE), ChangelogKind.UPSERT);

        assertThat(names(rows.beforeImages())).containsExactly("region", "id", "grade");
        assertThat(names(rows.images())).containsExactly("id", "region", "grade", "note", "amount");
    }

    @Test
    void metadataFollowsTheColumnsAndGivesWayToTheirNames() {
        RowType taken = new RowType(List.of(new RowType.RowField("snapshot_id", new IntType())));
        FeedRows rows = FeedRows.of(
                new org.apache.iceberg.Schema(
                        List.of(
                                SCHEMA.findField("id"),
                                NestedField.optional(
                                        9, "snapshot_id", org.apache.iceberg.types.Types.IntegerType.get())),
                        java.util.Set.of(1)),
                List.of("id"),
                new FeedRows.Selection(
                        taken,
                        List.of(MetadataColumn.COMMIT_TIME, MetadataColumn.SNAPSHOT_ID),
                        Expressions.alwaysTrue()),
                ChangelogKind.ALL);

        assertThat(rows.producedType().getFieldNames()).containsExactly("snapshot_id", "commit_time", "snapshot_id_");
        assertThat(rows.producedType().getTypeAt(2)).isEqualTo(MetadataColumn.SNAPSHOT_ID.type());
    }

    @Test
    void aColumnThatTheTableLacksIsNamedWithThoseThatItHas() {
        RowType wrong = new RowType(List.of(new RowType.RowField("colour", new IntType())));

        assertThatThrownBy(() -> FeedRows.of(SCHEMA, KEY, FeedRows.Selection.of(wrong), ChangelogKind.ALL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "lacks column 'colour'", "[id, region, grade, note, amount]", "Add the column");
    }

    @Test
    void aFilterThatDoesNotFitTheTableIsRefused() {
        for (var filter : List.of(Expressions.equal("colour", 1), Expressions.equal("amount", "much"))) {
            assertThatThrownBy(() -> FeedRows.of(
                            SCHEMA, KEY, new FeedRows.Selection(ROW_TYPE, List.of(), filter), ChangelogKind.ALL))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("cannot be filtered", "Filter by columns of the table");
        }
    }

    @Test
    void aKeyThatTheTableDoesNotHaveIsRefused() {
        for (List<String> key : List.of(List.<String>of(), List.of("colour"), List.of("note"))) {
            assertThatThrownBy(() -> FeedRows.of(SCHEMA, key, FeedRows.Selection.of(ROW_TYPE), ChangelogKind.UPSERT))
                    .as("%s", key)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
