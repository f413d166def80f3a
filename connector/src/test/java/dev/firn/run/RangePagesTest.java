package dev.firn.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.run.PagePlan.Range;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;

class RangePagesTest {

    private static final PrimitiveType TYPE =
            Types.required(PrimitiveTypeName.INT32).named("c");
    private static final ColumnDescriptor NARROW = new ColumnDescriptor(new String[] {"narrow"}, TYPE, 0, 0);
    private static final ColumnDescriptor WIDE = new ColumnDescriptor(new String[] {"wide"}, TYPE, 0, 0);

    // Of the row group's pages, those of its rows 20 to 39 and 60 to 99; a page's number is its first row.
    private final Queue<DataPage> narrow = pages(20, 60, 80);
    private final Queue<DataPage> wide = pages(20, 30, 60, 70, 75, 80, 90);
    private final List<PageReadStore> stores = new RangePages(
                    new PageReadStore() {
                        @Override
                        public PageReader getPageReader(ColumnDescriptor column) {
                            return reader(column.equals(NARROW) ? narrow : wide);
                        }

                        @Override
                        public long getRowCount() {
                            return 60;
                        }
                    },
                    Map.of(
                            ColumnPath.get("narrow"), new long[] {0, 20, 40, 60, 80},
                            ColumnPath.get("wide"), new long[] {0, 10, 20, 30, 40, 60, 70, 75, 80, 90}),
                    new PagePlan(100, List.of(new Range(20, 40), new Range(60, 100))))
            .stores(1_000);

    @Test
    void eachRangeHasItsPositionAndItsPages() {
        assertThat(stores).extracting(PageReadStore::getRowCount).containsExactly(20L, 40L);
        assertThat(stores).extracting(RowModel::firstPosition).containsExactly(1_020L, 1_060L);

        PageReader wideOfFirst = stores.get(0).getPageReader(WIDE);
        assertThat(number(wideOfFirst)).isEqualTo(20);
        assertThat(number(wideOfFirst)).isEqualTo(30);
        assertThat(wideOfFirst.readPage()).isNull();
        assertThat(number(stores.get(0).getPageReader(NARROW))).isEqualTo(20);
        PageReader narrowOfSecond = stores.get(1).getPageReader(NARROW);
        assertThat(number(narrowOfSecond)).isEqualTo(60);
        assertThat(number(narrowOfSecond)).isEqualTo(80);
        assertThat(narrowOfSecond.readPage()).isNull();
    }

    @Test
    void pagesThatAreLeftOfARangeAreNotThoseOfTheNextOne() {
        assertThat(number(stores.get(0).getPageReader(WIDE))).isEqualTo(20);

        assertThat(number(stores.get(1).getPageReader(WIDE))).isEqualTo(60);
        assertThat(number(stores.get(1).getPageReader(NARROW))).isEqualTo(60);
    }

    private static int number(PageReader pages) {
        return Objects.requireNonNull(pages.readPage()).getValueCount();
    }

    private static PageReader reader(Queue<DataPage> pages) {
        return new PageReader() {
            @Override
            @SuppressWarnings("NullAway")
            public DictionaryPage readDictionaryPage() {
                return null;
            }

            @Override
            public long getTotalValueCount() {
                return 0;
            }

            @Override
            @SuppressWarnings("NullAway")
            public DataPage readPage() {
                return pages.poll();
            }
        };
    }

    private static Queue<DataPage> pages(int... numbers) {
        Queue<DataPage> pages = new ArrayDeque<>();
        for (int number : numbers) {
            pages.add(new DataPageV1(
                    BytesInput.empty(),
                    number,
                    0,
                    Statistics.createStats(TYPE),
                    Encoding.RLE,
                    Encoding.RLE,
                    Encoding.PLAIN));
        }
        return pages;
    }
}
