package dev.firn.lsm;

import dev.firn.benchmarks.KeyKind;
import dev.firn.benchmarks.SampleTable;
import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.LongStream;

/** Prints the heap that a bucket's files and dead rows take, after full collections. Give it a heap of 1 GB. */
public final class TreeSizes {

    private static final int ROWS = 10_000_000;
    private static final int COPIES = 10;
    private static final int COLLECTIONS = 4;

    private TreeSizes() {}

    public static void main(String[] arguments) throws IOException {
        System.out.println("files  rows each  bytes a file  with its index open");
        printRuns(1_000, 100);
        printRuns(100, 100_000);
        System.out.println("dead rows  estimate  heap, bytes of a dead row");
        for (double share : new double[] {0.001, 0.01, 0.05, 0.2, 0.5}) {
            printDead(share);
        }
    }

    private static void printRuns(int files, long rows) throws IOException {
        try (SampleTable table = new SampleTable(KeyKind.BIGINT)) {
            List<LiveRun> runs = new ArrayList<>();
            for (int i = 0; i < files; i++) {
                long first = i * 1_000_000L;
                runs.add(table.indexedRun(LongStream.range(first, first + rows)
                        .mapToObj(table::key)
                        .toList()));
            }
            long open = usedBytes();
            table.indexes().close(runs.stream().map(LiveRun::location).toList());
            long closed = usedBytes();
            runs.clear();
            long none = usedBytes();
            System.out.printf(
                    Locale.ROOT, "%5d %10d %13d %20d%n", files, rows, (closed - none) / files, (open - none) / files);
        }
    }

    private static void printDead(double share) {
        Random random = new Random(1);
        PositionSet.Builder builder = PositionSet.builder();
        for (int i = 0; i < ROWS; i++) {
            if (random.nextDouble() < share) {
                builder.add(i);
            }
        }
        PositionSet dead = builder.build();
        List<PositionSet> copies = new ArrayList<>();
        long before = usedBytes();
        for (int i = 0; i < COPIES; i++) {
            copies.add(PositionSet.fromBytes(dead.toBytes()));
        }
        long heap = (usedBytes() - before) / copies.size();
        System.out.printf(
                Locale.ROOT,
                "%8.1f%% %9.2f %8.2f%n",
                100 * share,
                (double) dead.sizeInBytes() / dead.cardinality(),
                (double) heap / dead.cardinality());
    }

    private static long usedBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
