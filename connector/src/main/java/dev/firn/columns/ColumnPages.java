package dev.firn.columns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ValuesType;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** The rows of one column of a file, across its pages. One thread. */
final class ColumnPages implements ColumnSource {

    private final ColumnDescriptor column;
    private @Nullable PageReader pages;
    private @Nullable ColumnVector dictionary;
    private @Nullable PageValues values;
    /** Null if no row of the page can be null. */
    private @Nullable HybridRuns levels;

    private int left;

    /** @param column neither nested nor repeated */
    ColumnPages(ColumnDescriptor column) {
        this.column = column;
    }

    @Override
    public void setPages(PageReadStore store, long firstPosition) {
        pages = store.getPageReader(column);
        dictionary = null;
        values = null;
        left = 0;
    }

    @Override
    public void read(int rows, ColumnVector into) {
        go(rows, (page, count) -> {
            if (levels == null) {
                page.read(count, into);
            } else {
                read(page, levels, count, into);
            }
        });
    }

    private static void read(PageValues page, HybridRuns levels, int rows, ColumnVector into) {
        int rest = rows;
        while (rest > 0) {
            int run = levels.run(rest);
            if (levels.value() == 0) {
                into.appendNulls(run);
            } else {
                page.read(run, into);
            }
            rest -= run;
        }
    }

    @Override
    public void skip(int rows) {
        go(rows, (page, count) -> page.skip(levels == null ? count : present(levels, count)));
    }

    /** What is done with the next rows of a page. */
    private interface Step {
        void take(PageValues page, int rows);
    }

    /** Goes over rows, page by page. */
    private void go(int rows, Step step) {
        try {
            int rest = rows;
            while (rest > 0) {
                PageValues page = page();
                int count = Math.min(rest, left);
                step.take(page, count);
                left -= count;
                rest -= count;
            }
        } catch (IndexOutOfBoundsException
                | BufferUnderflowException
                | IllegalArgumentException
                | ParquetDecodingException e) {
            throw damaged(e);
        }
    }

    private static int present(HybridRuns levels, int rows) {
        int present = 0;
        int rest = rows;
        while (rest > 0) {
            int run = levels.run(rest);
            present += levels.value() == 0 ? 0 : run;
            rest -= run;
        }
        return present;
    }

    private ParquetDecodingException damaged(RuntimeException cause) {
        return new ParquetDecodingException("Cannot read column " + String.join(".", column.getPath()), cause);
    }

    /** The one that the next row is in. */
    private PageValues page() {
        PageValues current = values;
        while (left == 0 || current == null) {
            DataPage page = pages == null ? null : pages.readPage();
            if (page == null) {
                throw new ParquetDecodingException("There are no more pages");
            }
            current = open(page, current);
            values = current;
            left = page.getValueCount();
        }
        return current;
    }

    private PageValues open(DataPage page, @Nullable PageValues before) {
        if (page instanceof DataPageV1 v1) {
            PageBytes bytes = PageBytes.of(v1.getBytes());
            return open(v1.getValueEncoding(), page.getValueCount(), behindLevels(v1, bytes), before);
        }
        DataPageV2 v2 = (DataPageV2) page;
        levels = column.getMaxDefinitionLevel() == 0 ? null : HybridRuns.of(PageBytes.of(v2.getDefinitionLevels()), 1);
        return open(v2.getDataEncoding(), page.getValueCount(), PageBytes.of(v2.getData()), before);
    }

    @SuppressWarnings("deprecation") // old writers packed levels
    private PageBytes behindLevels(DataPageV1 page, PageBytes bytes) {
        if (column.getMaxDefinitionLevel() == 0) {
            levels = null;
            return bytes;
        }
        if (page.getDlEncoding() == Encoding.BIT_PACKED) {
            levels = HybridRuns.ofHighBitsFirst(bytes, page.getValueCount());
            return bytes.behind((page.getValueCount() + Byte.SIZE - 1) / Byte.SIZE);
        }
        int length = bytes.intAt(0);
        PageBytes behindLength = bytes.behind(Integer.BYTES);
        levels = HybridRuns.of(behindLength.first(length), 1);
        return behindLength.behind(length);
    }

    /** @param count of values, or more */
    private PageValues open(Encoding encoding, int count, PageBytes bytes, @Nullable PageValues before) {
        if (encoding.usesDictionary()) {
            return bytes.length() == 0
                    ? new DictionaryValues(dictionary(), HybridRuns.of(bytes, 0))
                    : new DictionaryValues(dictionary(), HybridRuns.of(bytes.behind(1), bytes.array()[bytes.from()]));
        }
        if (encoding == Encoding.PLAIN
                && column.getPrimitiveType().getPrimitiveTypeName() != PrimitiveTypeName.BOOLEAN) {
            return PageValues.plain(column, bytes);
        }
        ValuesReader reader = encoding.getValuesReader(column, ValuesType.VALUES);
        try {
            reader.initFromPage(count, ByteBufferInputStream.wrap(bytes.buffer()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ParquetValues opened = new ParquetValues(column, reader);
        opened.follow(before);
        return opened;
    }

    private ColumnVector dictionary() {
        ColumnVector decoded = dictionary;
        if (decoded == null) {
            DictionaryPage page = pages == null ? null : pages.readDictionaryPage();
            if (page == null) {
                throw new ParquetDecodingException("There is no dictionary");
            }
            decoded = ColumnBatch.vector(column);
            PageValues.plain(column, PageBytes.of(page.getBytes())).read(page.getDictionarySize(), decoded);
            dictionary = decoded;
        }
        return decoded;
    }
}
