package dev.firn.compaction;

import dev.firn.key.KeyView;
import java.util.List;
import org.apache.iceberg.StructLike;

/** Sorted rows on the heap. */
final class KeyedRows implements SortedRows {

    private final String location;
    private final List<KeyedRow> rows;
    private final KeyView key = new KeyView();
    private int at = -1;

    KeyedRows(String location, List<KeyedRow> rows) {
        this.location = location;
        this.rows = rows;
    }

    @Override
    public boolean next() {
        at++;
        return at < rows.size();
    }

    @Override
    public KeyView key() {
        return key.at(rows.get(at).key());
    }

    @Override
    public long position() {
        return rows.get(at).position();
    }

    @Override
    public StructLike row() {
        return rows.get(at).row();
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public void close() {}
}
