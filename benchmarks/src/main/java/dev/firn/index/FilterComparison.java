package dev.firn.index;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.LongPredicate;
import java.util.function.ToIntFunction;

/**
 * Prints what filters of one segment of an index file take and cost: bytes a key, processor time to build and to ask,
 * and how often an absent key is taken for present. The best of some rounds.
 */
public final class FilterComparison {

    private static final int KEYS = IndexShape.DEFAULT.keysPerSegment();
    private static final int FILTERS = 64;
    private static final int ROUNDS = 12;

    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    private FilterComparison() {}

    public static void main(String[] arguments) {
        System.out.println(
                "filter                keys  bytes/key  build ns/key  present ns  absent ns  false positives");
        for (int keys : new int[] {500, 5_000, KEYS}) {
            measure(
                    "split block Bloom",
                    keys,
                    SplitBlockBloomFilter::of,
                    SplitBlockBloomFilter::sizeInBytes,
                    f -> f::mightContain);
            for (int bits : new int[] {8, 16}) {
                measure(
                        "binary fuse, " + bits + " bits",
                        keys,
                        (hashes, count) -> BinaryFuseFilter.of(hashes, count, bits),
                        BinaryFuseFilter::sizeInBytes,
                        f -> f::mightContain);
            }
        }
    }

    private interface Builder<F> {
        F build(long[] hashes, int count);
    }

    private interface Question<F> {
        LongPredicate of(F filter);
    }

    private static <F> void measure(
            String name, int keys, Builder<F> builder, ToIntFunction<F> size, Question<F> question) {
        SplittableRandom random = new SplittableRandom(7);
        long[][] present = new long[FILTERS][];
        long[][] absent = new long[FILTERS][];
        for (int i = 0; i < FILTERS; i++) {
            present[i] = random.longs(keys).toArray();
            absent[i] = random.longs(keys).toArray();
        }
        double build = Double.MAX_VALUE;
        double hit = Double.MAX_VALUE;
        double miss = Double.MAX_VALUE;
        long falsePositives = 0;
        long bytes = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long buildNanos = 0;
            long hitNanos = 0;
            long missNanos = 0;
            falsePositives = 0;
            bytes = 0;
            for (int i = 0; i < FILTERS; i++) {
                long[] in = present[i];
                long[] out = absent[i];
                long start = CPU.getCurrentThreadCpuTime();
                F filter = builder.build(in, keys);
                buildNanos += CPU.getCurrentThreadCpuTime() - start;
                LongPredicate asked = question.of(filter);
                bytes += size.applyAsInt(filter);
                start = CPU.getCurrentThreadCpuTime();
                int found = count(asked, in);
                hitNanos += CPU.getCurrentThreadCpuTime() - start;
                if (found != keys) {
                    throw new IllegalStateException(name + " has lost keys");
                }
                start = CPU.getCurrentThreadCpuTime();
                falsePositives += count(asked, out);
                missNanos += CPU.getCurrentThreadCpuTime() - start;
            }
            double all = (double) FILTERS * keys;
            build = Math.min(build, buildNanos / all);
            hit = Math.min(hit, hitNanos / all);
            miss = Math.min(miss, missNanos / all);
        }
        double all = (double) FILTERS * keys;
        System.out.printf(
                Locale.ROOT,
                "%-20s %5d %10.3f %13.1f %11.1f %10.1f %15.3f%%%n",
                name,
                keys,
                bytes / all,
                build,
                hit,
                miss,
                100 * falsePositives / all);
    }

    private static int count(LongPredicate asked, long[] hashes) {
        int found = 0;
        for (long hash : hashes) {
            if (asked.test(hash)) {
                found++;
            }
        }
        return found;
    }
}
