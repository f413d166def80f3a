package dev.firn.compaction;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

/** Which keys are written. */
enum Workload {
    UNIFORM {
        @Override
        IntSupplier over(int keys, Random random) {
            return () -> random.nextInt(keys);
        }
    },

    /** The exponent is 0.99, and the hot keys lie anywhere. */
    ZIPF {
        @Override
        IntSupplier over(int keys, Random random) {
            double[] sums = new double[keys];
            double sum = 0;
            for (int rank = 0; rank < keys; rank++) {
                sum += Math.pow(rank + 1.0, -0.99);
                sums[rank] = sum;
            }
            int[] places = shuffled(keys, random);
            double all = sum;
            return () -> {
                int found = Arrays.binarySearch(sums, random.nextDouble() * all);
                return places[Math.min(found < 0 ? -found - 1 : found, keys - 1)];
            };
        }
    };

    abstract IntSupplier over(int keys, Random random);

    /** Each key once, in random order. */
    static IntSupplier loading(int keys, Random random) {
        return Arrays.stream(shuffled(keys, random)).iterator()::nextInt;
    }

    private static int[] shuffled(int keys, Random random) {
        int[] places = IntStream.range(0, keys).toArray();
        for (int i = keys - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int moved = places[i];
            places[i] = places[other];
            places[other] = moved;
        }
        return places;
    }
}
