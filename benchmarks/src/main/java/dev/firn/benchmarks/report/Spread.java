package dev.firn.benchmarks.report;

import java.util.List;
import java.util.Locale;

/** What several repetitions came to. */
public record Spread(double median, double least, double most, int repetitions) {

    private static final double LARGE = 100;
    private static final double SMALL = 10;

    /** @throws IllegalArgumentException if there are no figures */
    public static Spread of(List<Double> figures) {
        if (figures.isEmpty()) {
            throw new IllegalArgumentException("Nothing was measured");
        }
        List<Double> sorted = figures.stream().sorted().toList();
        return new Spread(quantile(sorted, 0.5), sorted.get(0), sorted.get(sorted.size() - 1), figures.size());
    }

    /**
     * Between the two nearest figures in proportion.
     *
     * @param sorted at least one figure, in ascending order
     * @param share from 0 to 1
     */
    public static double quantile(List<Double> sorted, double share) {
        double rank = share * (sorted.size() - 1);
        int below = (int) rank;
        int above = Math.min(below + 1, sorted.size() - 1);
        return sorted.get(below) + (rank - below) * (sorted.get(above) - sorted.get(below));
    }

    /** The median, and from where to where if there is more than one figure. */
    public String text() {
        return repetitions == 1 ? text(median) : text(median) + " (" + text(least) + "–" + text(most) + ")";
    }

    /** Three digits or so. */
    public static String text(double figure) {
        double size = Math.abs(figure);
        String format = size >= LARGE ? "%,.0f" : size >= SMALL ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, figure);
    }
}
