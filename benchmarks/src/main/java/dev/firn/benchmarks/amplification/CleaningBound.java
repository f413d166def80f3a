package dev.firn.benchmarks.amplification;

/**
 * The least that a log cleaner writes where all rows are updated equally often. If it rewrites a segment when a share
 * of its rows is live, it writes 1 / (1 - share) for each row of input, and segments are full of -ln(share) / (1 -
 * share) rows for each live one. M. Rosenblum, J. Ousterhout, The Design and Implementation of a Log-Structured File
 * System, TOCS 1992; the mean over ages is that of F. Douglis' and others' analyses of the greedy cleaner.
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
