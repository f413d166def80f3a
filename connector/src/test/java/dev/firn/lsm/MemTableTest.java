package dev.firn.lsm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.key.Key;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.junit.jupiter.api.Test;

class MemTableTest {

    private final MemTable table = new MemTable();

    @Test
    void aMillionUpdatesOfOneKeyTakeTheMemoryOfOne() {
        Key key = key("k");
        BinaryRowData row = row("a value of some length, so that it counts");
        table.upsert(key, row);
        long once = table.bytes();
        for (int i = 0; i < 1_000_000; i++) {
            table.upsert(key, row);
        }

        assertThat(table.bytes()).isEqualTo(once);
        assertThat(table.size()).isOne();
        assertThat(table.sorted()).containsExactly(new MemTable.Change(key, row));
    }

    @Test
    void bytesGrowAndShrinkWithTheRows() {
        table.upsert(key("k"), row("short"));
        long small = table.bytes();
        table.upsert(key("k"), row("x".repeat(10_000)));
        assertThat(table.bytes()).isGreaterThan(small + 9_000);
        table.delete(key("k"));
        assertThat(table.bytes()).isLessThan(small);
        table.clear();
        assertThat(table.bytes()).isZero();
        assertThat(table.isEmpty()).isTrue();
    }

    @Test
    void theLastChangeOfAKeyIsTheOneThatIsHandedOverInKeyOrder() {
        BinaryRowData first = row("first");
        BinaryRowData last = row("last");
        table.upsert(key("b"), first);
        table.delete(key("c"));
        table.upsert(key("a"), first);
        table.delete(key("b"));
        table.upsert(key("c"), last);

        assertThat(table.sorted())
                .isEqualTo(List.of(
                        new MemTable.Change(key("a"), first),
                        new MemTable.Change(key("b"), null),
                        new MemTable.Change(key("c"), last)));
    }

    private static Key key(String text) {
        return Key.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static BinaryRowData row(String text) {
        BinaryRowData row = new BinaryRowData(1);
        BinaryRowWriter writer = new BinaryRowWriter(row);
        writer.writeString(0, StringData.fromString(text));
        writer.complete();
        return row;
    }
}
