package dev.firn.feed;

import java.util.Comparator;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.jspecify.annotations.Nullable;

/** A row of the tests' table, whose key is (region, id). */
record Account(
        long id,
        String region,
        byte grade,
        @Nullable String note,
        @Nullable Integer amount) {

    static final Comparator<Account> BY_KEY =
            Comparator.comparing(Account::region).thenComparingLong(Account::id);

    static Account of(long id, @Nullable String note) {
        return new Account(id, "eu", (byte) 1, note, 10);
    }

    Account in(String otherRegion) {
        return new Account(id, otherRegion, grade, note, amount);
    }

    Account worth(@Nullable Integer otherAmount) {
        return new Account(id, region, grade, note, otherAmount);
    }

    RowData row() {
        return GenericRowData.of(id, StringData.fromString(region), grade, StringData.fromString(note), amount);
    }

    String key() {
        return region + "/" + id;
    }
}
