package dev.firn.run;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.io.InputFile;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.crypto.ParquetCryptoRuntimeException;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.metadata.FileMetaData.EncryptionType;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.internal.filter2.columnindex.RowRanges;
import org.apache.parquet.internal.hadoop.metadata.IndexReference;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** An open Parquet file, of which pages are read and not only whole row groups. One thread. */
final class PagedFile implements Closeable {

    private final ParquetInput input;
    private final ParquetFileReader reader;
    private Set<ColumnPath> columns = Set.of();

    private PagedFile(ParquetInput input, ParquetFileReader reader) {
        this.input = input;
        this.reader = reader;
    }

    /**
     * Opens a file and reads its footer.
     *
     * @return null if the file is encrypted by Parquet
     */
    static @Nullable PagedFile open(InputFile file) throws IOException {
        ParquetInput input = new ParquetInput(file);
        ParquetReadOptions options = ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(new PageCodecs())
                .build();
        PagedFile open;
        try {
            open = new PagedFile(input, ParquetFileReader.open(input, options));
        } catch (ParquetCryptoRuntimeException e) {
            return null;
        }
        if (open.reader.getFileMetaData().getEncryptionType() != EncryptionType.UNENCRYPTED) {
            open.close();
            return null;
        }
        return open;
    }

    MessageType schema() {
        return reader.getFileMetaData().getSchema();
    }

    /** Says which columns are read. */
    void project(MessageType projection) {
        reader.setRequestedSchema(projection);
        columns = projection.getColumns().stream()
                .map(column -> ColumnPath.get(column.getPath()))
                .collect(Collectors.toUnmodifiableSet());
    }

    int rowGroups() {
        return reader.getRowGroups().size();
    }

    /** Of a row group. */
    long rows(int group) {
        return reader.getRowGroups().get(group).getRowCount();
    }

    /**
     * Reads the pages of a row group with wanted rows, those next to each other in one go. They come as one or more row
     * groups, each with its position in the file.
     *
     * @param first position of the row group's first row in the file
     * @param wanted with a row in the row group
     */
    List<PageReadStore> read(int group, long first, WantedPositions wanted) throws IOException {
        BlockMetaData block = reader.getRowGroups().get(group);
        List<ColumnChunkMetaData> chunks = block.getColumns().stream()
                .filter(chunk -> columns.contains(chunk.getPath()))
                .toList();
        Map<ColumnPath, OffsetIndex> indexes = indexes(chunks);
        long rows = block.getRowCount();
        Map<ColumnPath, long[]> pageStarts = new HashMap<>();
        indexes.forEach((column, index) -> pageStarts.put(column, pageStarts(index)));
        if (indexes.isEmpty() || !pageStarts.values().stream().allMatch(PagedFile::ascendFromZero)) {
            return List.of(reader.readRowGroup(group));
        }
        PagePlan plan = PagePlan.of(rows, first, pageStarts.values(), wanted);
        if (plan.isWhole()) {
            return List.of(reader.readRowGroup(group));
        }
        OffsetIndex any = indexes.values().iterator().next();
        RowRanges ranges = RowRanges.create(
                rows,
                IntStream.range(0, any.getPageCount())
                        .filter(page -> plan.ranges().stream()
                                .anyMatch(range -> range.from() <= any.getFirstRowIndex(page)
                                        && any.getFirstRowIndex(page) < range.end()))
                        .iterator(),
                any);
        return new RangePages(reader.readFilteredRowGroup(group, ranges), pageStarts, plan).stores(first);
    }

    /** Empty if any is missing. */
    private Map<ColumnPath, OffsetIndex> indexes(List<ColumnChunkMetaData> chunks) throws IOException {
        List<IndexReference> references = new ArrayList<>();
        for (ColumnChunkMetaData chunk : chunks) {
            if (chunk.getOffsetIndexReference() == null) {
                return Map.of();
            }
            references.add(chunk.getOffsetIndexReference());
        }
        if (references.isEmpty()) {
            return Map.of();
        }
        input.hold(
                references.stream().mapToLong(IndexReference::getOffset).min().getAsLong(),
                references.stream()
                        .mapToLong(index -> index.getOffset() + index.getLength())
                        .max()
                        .getAsLong());
        Map<ColumnPath, OffsetIndex> indexes = new HashMap<>();
        for (ColumnChunkMetaData chunk : chunks) {
            indexes.put(chunk.getPath(), reader.readOffsetIndex(chunk));
        }
        return indexes;
    }

    private static long[] pageStarts(OffsetIndex index) {
        return IntStream.range(0, index.getPageCount())
                .mapToLong(index::getFirstRowIndex)
                .toArray();
    }

    private static boolean ascendFromZero(long[] starts) {
        if (starts.length == 0 || starts[0] != 0) {
            return false;
        }
        for (int i = 1; i < starts.length; i++) {
            if (starts[i - 1] >= starts[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
