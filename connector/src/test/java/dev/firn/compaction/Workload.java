package dev.firn.compaction;

import java.util.Arrays;
import java.util.PrimitiveIterator;
import java.util.Random;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

/** Which keys are written. */
public enum Workload {
    UNIFORM {
        @Override
        public IntSupplier over(int keys, Random random) {
            return () -> random.nextInt(keys);
        }
    },

    /** The exponent is 0.99, and the hot keys lie anywhere. */
    ZIPF {
        @Override
        public IntSupplier over(int keys, Random random) {
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
    },

    /** A place moves through all keys, one with each change, and the keys shortly behind it are written. */
    RECENT {
        @Override
        public IntSupplier over(int keys, Random random) {
            double reach = keys / 20.0;
            PrimitiveIterator.OfInt places =
                    IntStream.iterate(0, place -> (place + 1) % keys).iterator();
            return () -> {
                long behind = Math.round(-reach * Math.log(1 - random.nextDouble()));
                return Math.floorMod(places.nextInt() - behind, keys);
            };
        }
    };

    public abstract IntSupplier over(int keys, Random random);

    /** Each key once, in random order. */
    public static IntSupplier loading(int keys, Random random) {
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
