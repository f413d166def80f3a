package dev.firn.benchmarks.amplification;

import dev.firn.compaction.BucketSimulation;
import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.CompactionStrategy;
import dev.firn.compaction.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Simulates what both strategies write for the space that they take, for one share of dead rows after another, and
 * draws it beside the bound of a log cleaner. The argument is the file to draw, an SVG.
 */
public final class CostCurve {

    private static final int CHANGES = 1_000;
    private static final long FLUSHED_BYTES = 12 << 20;
    private static final int TURNOVER = 20;
    private static final double[] SHARES = {0.2, 0.24, 0.28, 0.32, 0.36, 0.4, 0.45, 0.5};

    /** A tenth of a pixel is enough. */
    private static final Pattern DIGITS_TOO_MANY = Pattern.compile("(\\d\\.\\d)\\d+");

    private CostCurve() {}

    /**
     * What a setting came to.
     *
     * @param written rows for each change of the whole run
     * @param space all rows by live ones, in the second half of the run
     */
    private record Point(double written, double space) {}

    public static void main(String[] arguments) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(560)
                .title("Uniform updates, each row written over " + TURNOVER + " times")
                .xAxisTitle("space: all rows / live rows")
                .yAxisTitle("rows written / rows changed")
                .theme(Styler.ChartTheme.Matlab)
                .build();
        chart.getStyler().setYAxisMin(1.0).setYAxisMax(7.0);
        double[] live =
                IntStream.rangeClosed(16, 75).mapToDouble(n -> n / 100.0).toArray();
        chart.addSeries(
                        "bound of a log cleaner",
                        DoubleStream.of(live)
                                .map(CleaningBound::spaceAmplification)
                                .toArray(),
                        DoubleStream.of(live)
                                .map(CleaningBound::writeAmplification)
                                .toArray())
                .setMarker(SeriesMarkers.NONE);
        for (int checkpoints : new int[] {4, 8, 20, 100}) {
            add(chart, CompactionStrategy.TIERED, checkpoints);
        }
        add(chart, CompactionStrategy.LEVELED, 20);
        VectorGraphicsEncoder.saveVectorGraphic(chart, arguments[0], VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
        Path file = Path.of(arguments[0]);
        Files.writeString(file, DIGITS_TOO_MANY.matcher(Files.readString(file)).replaceAll("$1"));
    }

    private static void add(XYChart chart, CompactionStrategy strategy, int checkpoints) {
        List<Point> points = new ArrayList<>();
        for (double share : SHARES) {
            Point point = run(CompactionOptions.of(strategy).withDeadRowsRatio(share), checkpoints);
            points.add(point);
            System.out.printf(
                    Locale.ROOT,
                    "%s, a table of %d checkpoints, share %.2f: written %.2f, space %.2f, bound %.2f%n",
                    strategy,
                    checkpoints,
                    share,
                    point.written(),
                    point.space(),
                    CleaningBound.writeAmplificationAt(point.space()));
        }
        chart.addSeries(
                strategy + ", a table of " + checkpoints + " checkpoints",
                points.stream().mapToDouble(Point::space).toArray(),
                points.stream().mapToDouble(Point::written).toArray());
    }

    private static Point run(CompactionOptions options, int checkpoints) {
        BucketSimulation.Shape shape = BucketSimulation.Shape.of(checkpoints, CHANGES, FLUSHED_BYTES);
        Random random = new Random(1);
        BucketSimulation bucket = new BucketSimulation(shape, options);
        steps(bucket, checkpoints, Workload.loading(shape.keys(), random));
        double written = bucket.figures().writeAmplification();
        IntSupplier updates = Workload.UNIFORM.over(shape.keys(), random);
        int half = TURNOVER / 2;
        for (int part = 0; part < 2; part++) {
            bucket.reset();
            steps(bucket, checkpoints * half, updates);
            written += half * bucket.figures().writeAmplification();
        }
        return new Point(written / (1 + TURNOVER), bucket.figures().spaceAmplification());
    }

    private static void steps(BucketSimulation bucket, int steps, IntSupplier keys) {
        for (int step = 0; step < steps; step++) {
            bucket.step(keys);
        }
    }
}
