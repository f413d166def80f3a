package dev.firn.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;
import org.apache.iceberg.parquet.ParquetValueReader;
import org.apache.parquet.column.page.PageReadStore;

/**
 * Where the row groups of a Parquet file begin.
 *
 * @param positions of the first row of each
 * @param offsets of the first byte of each, as many
 */
record RowGroups(List<Long> positions, List<Long> offsets) {

    static final RowGroups UNKNOWN = new RowGroups(List.of(), List.of());

    /**
     * Reads the file's footer and no column. Iceberg's reader tells a row group's position and not its offset, so these
     * have to be given.
     *
     * @param offsets of all row groups
     * @param open opens the file with a model of its rows
     * @return unknown if the offsets are not those of the row groups
     */
    static RowGroups read(List<Long> offsets, Function<ParquetValueReader<?>, CloseableIterable<Object>> open) {
        PositionsModel model = new PositionsModel();
        try (CloseableIterable<Object> rows = open.apply(model);
                CloseableIterator<Object> each = rows.iterator()) {
            while (each.hasNext()) {
                each.next();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return model.positions.size() == offsets.size() ? new RowGroups(model.positions, offsets) : UNKNOWN;
    }

    /** The offset of the row group that holds a position; 0 if it is not known. */
    long offsetOf(long position) {
        long offset = 0;
        for (int i = 0; i < positions.size() && positions.get(i) <= position; i++) {
            offset = offsets.get(i);
        }
        return offset;
    }

    /** Knows where the row groups begin, and takes no time for their rows. */
    private static final class PositionsModel extends RowModel<Object> {

        private final List<Long> positions = new ArrayList<>();

        @Override
        public Object read(Object reuse) {
            return positions;
        }

        @Override
        public void setPageSource(PageReadStore pages) {
            positions.add(firstPosition(pages));
        }
    }
}
