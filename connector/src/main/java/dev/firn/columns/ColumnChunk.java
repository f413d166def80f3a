package dev.firn.columns;

import java.io.IOException;
import java.util.Objects;
import org.apache.iceberg.FieldMetrics;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.statistics.geospatial.GeospatialStatistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilterWriter;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * Encodes one column, vector by vector, as pages of version 1. Its values are numbers in a dictionary for as long as
 * that pays, which is decided as Parquet's own writer does: by the first page, and by the dictionary's size.
 */
abstract sealed class ColumnChunk permits IntChunk, LongChunk, BytesChunk {

    private static final GeospatialStatistics NO_GEOMETRY =
            GeospatialStatistics.noopBuilder().build();

    /** How pages of version 1 call a dictionary, and the levels of a column that has none. */
    @SuppressWarnings("deprecation")
    private static final Encoding IN_DICTIONARY = Encoding.PLAIN_DICTIONARY;

    @SuppressWarnings("deprecation")
    private static final Encoding NO_LEVELS = Encoding.BIT_PACKED;

    private final ColumnDescriptor column;
    private final ParquetProperties properties;
    private final PageBuffer page;
    private int[] numbers = new int[ColumnVector.MIN_CAPACITY];

    private @Nullable PageWriter pages;
    private @Nullable BloomBits bloom;
    private boolean numbering;
    private int pagesWritten;

    /** Entries that the pages so far refer to. */
    private int entriesUsed;

    private int entriesInBloom;

    ColumnChunk(ColumnDescriptor column, ParquetProperties properties, PageBuffer page) {
        this.column = column;
        this.properties = properties;
        this.page = page;
    }

    static ColumnChunk of(ColumnDescriptor column, ParquetProperties properties, PageBuffer page) {
        return switch (column.getPrimitiveType().getPrimitiveTypeName()) {
            case BOOLEAN, INT32, FLOAT -> new IntChunk(column, properties, page);
            case INT64, DOUBLE -> new LongChunk(column, properties, page);
            case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> new BytesChunk(column, properties, page);
        };
    }

    /** Begins a chunk of a row group. */
    final void begin(PageWriter writer) {
        pages = writer;
        bloom = properties.isBloomFilterEnabled(column) ? BloomBits.of(column, properties) : null;
        numbering = hasDictionary() && properties.isDictionaryEnabled(column);
        pagesWritten = 0;
        entriesUsed = 0;
        entriesInBloom = 0;
    }

    /** Writes a page of all rows of a vector, which are some. */
    final void encode(ColumnVector vector) throws IOException {
        page.clear();
        int rows = vector.size();
        boolean optional = column.getMaxDefinitionLevel() > 0;
        if (optional) {
            writeLevels(vector);
        }
        int present = load(vector);
        Encoding encoding = writeValues(present);
        Objects.requireNonNull(pages)
                .writePage(
                        page.view(),
                        rows,
                        rows,
                        statistics(present, rows - present),
                        sizes(),
                        NO_GEOMETRY,
                        NO_LEVELS,
                        optional ? Encoding.RLE : NO_LEVELS,
                        encoding);
        pagesWritten++;
    }

    /** Ends the chunk: what belongs to all of its pages is written. */
    final void finish(BloomFilterWriter filters) throws IOException {
        if (entriesUsed > 0) {
            page.clear();
            writeEntries(entriesUsed, page);
            Objects.requireNonNull(pages)
                    .writeDictionaryPage(new DictionaryPage(page.view(), entriesUsed, IN_DICTIONARY));
        }
        if (bloom != null) {
            filters.writeBloomFilter(bloom.filter());
        }
        forgetEntries();
    }

    /** Bytes of this chunk so far, compressed but for the dictionary. */
    final long bytes() {
        return Objects.requireNonNull(pages).getMemSize() + (entriesUsed > 0 ? entryBytes() : 0);
    }

    final PrimitiveType type() {
        return column.getPrimitiveType();
    }

    /** Iceberg's metrics of all chunks so far, of a type whose bounds Parquet does not tell. */
    @Nullable FieldMetrics<?> metrics() {
        return null;
    }

    /** Takes in the values of a vector that are not null, and tells how many there are. */
    abstract int load(ColumnVector vector);

    abstract boolean hasDictionary();

    /** Tells the numbers of the values. */
    abstract void number(int[] to);

    abstract int entries();

    /** Bytes of all entries. */
    abstract long entryBytes();

    abstract void writeEntries(int count, PageBuffer to);

    abstract void forgetEntries();

    /** Bytes of the values where there is no dictionary. */
    abstract long plainBytes();

    abstract void writePlain(PageBuffer to);

    /** Adds the least and the greatest value, of which there are some. */
    abstract void addBounds(Statistics<?> statistics);

    abstract void addValues(BloomBits filter);

    /** Adds the entries from a number on. */
    abstract void addEntries(BloomBits filter, int from);

    /** Bytes of the values themselves, if they are of different lengths. */
    abstract long varyingBytes();

    private void writeLevels(ColumnVector vector) {
        page.writeInt(0);
        int start = page.size();
        int rows = vector.size();
        if (vector.hasNulls()) {
            int[] levels = numbers(rows);
            for (int row = 0; row < rows; row++) {
                levels[row] = vector.isNull(row) ? 0 : 1;
            }
            RunLengths.write(levels, rows, 1, page);
        } else {
            RunLengths.writeRun(1, rows, 1, page);
        }
        page.setInt(start - Integer.BYTES, page.size() - start);
    }

    private Encoding writeValues(int present) {
        if (numbering) {
            if (writeNumbers(present)) {
                if (bloom != null) {
                    addEntries(bloom, entriesInBloom);
                    entriesInBloom = entries();
                }
                return IN_DICTIONARY;
            }
            numbering = false;
            if (entriesUsed == 0) {
                forgetEntries();
            }
        }
        if (bloom != null) {
            addValues(bloom);
        }
        writePlain(page);
        return Encoding.PLAIN;
    }

    /** Writes nothing if the dictionary does not pay. */
    private boolean writeNumbers(int present) {
        int[] to = numbers(present);
        number(to);
        if (entryBytes() > properties.getDictionaryPageSizeThreshold()) {
            return false;
        }
        int start = page.size();
        int width = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(0, entries() - 1));
        page.writeByte(width);
        RunLengths.write(to, present, width, page);
        if (pagesWritten == 0 && page.size() - start + entryBytes() >= plainBytes()) {
            page.truncate(start);
            return false;
        }
        entriesUsed = entries();
        return true;
    }

    private int[] numbers(int count) {
        if (numbers.length < count) {
            numbers = new int[Math.max(count, ColumnVector.capacityBeyond(numbers.length))];
        }
        return numbers;
    }

    private Statistics<?> statistics(int present, int nulls) {
        if (!properties.getStatisticsEnabled(column)) {
            return Statistics.noopStats(type());
        }
        Statistics<?> statistics = Statistics.createStats(type());
        statistics.incrementNumNulls(nulls);
        if (present > 0) {
            addBounds(statistics);
        }
        return statistics;
    }

    private SizeStatistics sizes() {
        return new SizeStatistics(type(), varyingBytes(), null, null);
    }
}
