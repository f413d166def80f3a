package dev.firn.index;

import dev.firn.benchmarks.KeyKind;
import dev.firn.benchmarks.SampleTable;
import dev.firn.dv.LiveRun;
import dev.firn.key.Key;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;

/** Prints what an index of a million keys takes for each of them, by kind of key. */
public final class IndexSizes {

    private static final int KEYS = 1_000_000;

    private IndexSizes() {}

    public static void main(String[] arguments) throws IOException {
        System.out.println("bytes per key                     key  memory    disk");
        print("BIGINT, one after another", KeyKind.BIGINT, i -> i);
        print("BIGINT, one of about 1,000", KeyKind.BIGINT, i -> 1_000 * i + (SampleTable.mixed(i) & 511));
        print("BIGINT, at random", KeyKind.BIGINT, SampleTable::mixed);
        print("STRING, a UUID", KeyKind.UUID_STRING, i -> i);
        print("STRING, STRING, BIGINT", KeyKind.COMPOSITE, i -> i);
    }

    private static void print(String name, KeyKind kind, LongUnaryOperator number) throws IOException {
        try (SampleTable table = new SampleTable(kind)) {
            List<Key> keys = LongStream.range(0, KEYS)
                    .map(number)
                    .mapToObj(table::key)
                    .sorted()
                    .toList();
            LiveRun run = table.indexedRun(keys);
            KeyIndex index = table.indexes().index(run.run().file());
            System.out.printf(
                    Locale.ROOT,
                    "%-30s %6.1f %7.2f %7.2f%n",
                    name,
                    keys.stream().mapToInt(key -> key.bytes().length).average().orElse(0),
                    (double) index.filterBytes() / KEYS,
                    (double) index.localBytes() / KEYS);
        }
    }
}
