package dev.firn.feed;

import dev.firn.iceberg.SnapshotStamp;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.flink.table.data.RowData;
import org.apache.flink.types.RowKind;

/** What changes of one key are to a feed's consumer. One thread. */
sealed interface Changelog {

    /** Passes the change's rows on, in their order. */
    void tell(KeyChange change, Consumer<RowData> rows);

    static Changelog of(FeedRows rows, SnapshotStamp snapshot) {
        ImageColumns images = rows.images();
        ProducedRows after = ProducedRows.of(rows, images, snapshot);
        return switch (rows.kind()) {
            case ALL, NET -> new WithPreImages(ImageEquality.of(images), rows.filter(), after);
            case UPSERT -> new Upserts(rows.filter(), ProducedRows.of(rows, rows.beforeImages(), snapshot), after);
        };
    }

    /** The rows that differ, each with the one that it replaces. Rows that the filter hides are not there. */
    record WithPreImages(ImageEquality equality, Predicate<RowData> filter, ProducedRows produced)
            implements Changelog {

        @Override
        public void tell(KeyChange all, Consumer<RowData> rows) {
            KeyChange change = all.without(equality);
            int before = change.before().size();
            int after = change.after().size();
            for (int i = 0; i < Math.max(before, after); i++) {
                boolean was = i < before && filter.test(change.before().get(i));
                boolean is = i < after && filter.test(change.after().get(i));
                if (was) {
                    rows.accept(produced.row(
                            is ? RowKind.UPDATE_BEFORE : RowKind.DELETE,
                            change.before().get(i)));
                }
                if (is) {
                    rows.accept(produced.row(
                            was ? RowKind.UPDATE_AFTER : RowKind.INSERT,
                            change.after().get(i)));
                }
            }
        }
    }

    /**
     * What there is of a key now, or that there is nothing. A row that the filter hides is nothing; whether it hid the
     * one before is not known.
     */
    record Upserts(Predicate<RowData> filter, ProducedRows deleted, ProducedRows produced) implements Changelog {

        @Override
        public void tell(KeyChange change, Consumer<RowData> rows) {
            int now = 0;
            for (RowData image : change.after()) {
                if (filter.test(image)) {
                    boolean was = now++ < change.before().size();
                    rows.accept(produced.row(was ? RowKind.UPDATE_AFTER : RowKind.INSERT, image));
                }
            }
            if (now == 0) {
                change.before().forEach(image -> rows.accept(deleted.row(RowKind.DELETE, image)));
            }
        }
    }
}
