package dev.firn.benchmarks.amplification;

/**
 * What a log cleaner writes where all rows are updated equally often. If it rewrites a file when a share of its rows is
 * live, it writes 1 / (1 - share) rows for each of the input; as files die evenly until then, there are -ln(share) / (1
 * - share) rows for each live one.
 */
final class CleaningBound {

    private static final int HALVINGS = 60;

    private CleaningBound() {}

    static double writeAmplification(double liveShare) {
        return 1 / (1 - liveShare);
    }

    static double spaceAmplification(double liveShare) {
        return -Math.log(liveShare) / (1 - liveShare);
    }

    /** @param space above 1 */
    static double writeAmplificationAt(double space) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (spaceAmplification(middle) > space) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return writeAmplification(low);
    }
}
