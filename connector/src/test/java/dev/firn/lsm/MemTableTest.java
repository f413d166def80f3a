package dev.firn.lsm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.key.Key;
import dev.firn.key.KeyView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.junit.jupiter.api.Test;

class MemTableTest {

    private final MemTable table = new MemTable();

    @Test
    void aMillionUpdatesOfOneKeyTakeTheMemoryOfOne() {
        BinaryRowData row = row("a value of some length, so that it counts");
        table.upsert(key("k"), row);
        long once = table.bytes();
        for (int i = 0; i < 1_000_000; i++) {
            table.upsert(key("k"), row);
        }

        assertThat(table.bytes()).isEqualTo(once);
        assertThat(changes()).containsExactly("k=a value of some length, so that it counts");
    }

    @Test
    void bytesAreWhatIsHeld() {
        assertThat(table.bytes()).isZero();
        table.upsert(key("k"), row("short"));
        long small = table.bytes();
        assertThat(small).isLessThan(1_000);
        table.upsert(key("k"), row("x".repeat(10_000)));
        long large = table.bytes();
        assertThat(large).isGreaterThan(small + 9_000).isLessThan(small + 12_000);
        table.delete(key("k"));
        table.upsert(key("k"), row("y".repeat(10_000)));
        assertThat(table.bytes()).isEqualTo(large);
        table.clear();
        assertThat(table.bytes()).isZero();
        assertThat(table.isEmpty()).isTrue();
    }

    @Test
    void manyRowsTakeLittleMoreThanTheirBytes() {
        int rows = 100_000;
        long rowBytes = row("x".repeat(100)).getSizeInBytes();
        for (int i = 0; i < rows; i++) {
            table.upsert(key("%08d".formatted(i)), row("x".repeat(100)));
        }

        assertThat(table.bytes() / rows).isBetween(rowBytes + 8, rowBytes + 60);
    }

    @Test
    void aKeyWhoseRowsKeepGrowingLeavesLittleBehind() {
        for (int length = 0; length < 10_000; length++) {
            table.upsert(key("k"), row("x".repeat(length)));
        }

        assertThat(table.bytes()).isLessThan(60_000);
        assertThat(changes()).containsExactly("k=" + "x".repeat(9_999));
    }

    @Test
    void theLastChangeOfAKeyIsTheOneThatIsHandedOverInKeyOrder() {
        table.upsert(key("b"), row("first"));
        table.delete(key("c"));
        table.upsert(key("a"), row("first"));
        table.delete(key("b"));
        table.upsert(key("c"), row("last, and longer than any row before"));

        assertThat(changes()).containsExactly("a=first", "b", "c=last, and longer than any row before");
        assertThat(table.sorted().deletedKeys()).containsExactly(key("b").copy());
    }

    @Test
    void aRowLargerThanAPageIsHeldLikeAnyOther() {
        table.upsert(key("b"), row("x".repeat(1_000_000)));
        table.upsert(key("a"), row("small"));
        table.upsert(key("b"), row("y".repeat(1_000_000)));

        assertThat(changes()).containsExactly("a=small", "b=" + "y".repeat(1_000_000));
        assertThat(table.bytes()).isLessThan(1_300_000);
    }

    /** Key and value, or the key alone if it is deleted. */
    private List<String> changes() {
        List<String> changes = new ArrayList<>();
        SortedChanges sorted = table.sorted();
        KeyView key = new KeyView();
        for (int i = 0; i < sorted.size(); i++) {
            sorted.read(i, key);
            String text = new String(key.copy().bytes(), StandardCharsets.UTF_8);
            changes.add(sorted.isDelete(i) ? text : text + "=" + sorted.row(i).getString(0));
        }
        return changes;
    }

    private static KeyView key(String text) {
        return KeyView.of(Key.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static BinaryRowData row(String text) {
        BinaryRowData row = new BinaryRowData(1);
        BinaryRowWriter writer = new BinaryRowWriter(row);
        writer.writeString(0, StringData.fromString(text));
        writer.complete();
        return row;
    }
}
