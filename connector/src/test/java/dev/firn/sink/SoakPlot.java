package dev.firn.sink;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Draws the samples of a {@link Soak} as an SVG of panels, each over the checkpoints. */
final class SoakPlot {

    private static final int COLUMNS = 2;
    private static final int WIDTH = 430;
    private static final int HEIGHT = 190;
    private static final int GAP_X = 70;
    private static final int GAP_Y = 62;
    private static final int LEFT = 64;
    private static final int TOP = 92;
    private static final double MEBIBYTE = 1 << 20;
    private static final String GAP = "\u00a0\u00a0\u00a0";
    private static final String BLUE = "#2b6cb0";
    private static final String ORANGE = "#c05621";
    private static final String GREEN = "#2f855a";

    /** Checkpoints on either side of one whose median is drawn. */
    private static final int SMOOTHING = 4;

    private final List<SoakSample> samples;
    private final StringBuilder svg = new StringBuilder();

    /** @param goal drawn as a line, if there is one */
    private record Panel(String title, String unit, OptionalDouble goal, List<Series> series) {

        Panel(String title, String unit, List<Series> series) {
            this(title, unit, OptionalDouble.empty(), series);
        }
    }

    private record Series(String name, String color, ToDoubleFunction<SoakSample> value) {}

    private SoakPlot(List<SoakSample> samples) {
        this.samples = samples;
    }

    /** @param samples of consecutive checkpoints; at least one */
    static String svg(List<SoakSample> samples, String subtitle) {
        return new SoakPlot(samples).draw(subtitle);
    }

    private static List<Panel> panels() {
        return List.of(
                new Panel(
                        "Time of a checkpoint",
                        "ms",
                        List.of(
                                new Series("flush", BLUE, s -> s.cost().flushMillis()),
                                new Series(
                                        "commit, with deletion vectors",
                                        ORANGE,
                                        s -> s.cost().commitMillis()))),
                new Panel(
                        "Written by a checkpoint",
                        "MiB",
                        List.of(
                                new Series(
                                        "flush", BLUE, s -> s.cost().written().flushBytes() / MEBIBYTE),
                                new Series(
                                        "deletion vectors",
                                        ORANGE,
                                        s -> s.cost().written().vectorBytes() / MEBIBYTE),
                                new Series(
                                        "compaction",
                                        GREEN,
                                        s -> s.cost().written().compactionBytes() / MEBIBYTE))),
                new Panel(
                        "Data files",
                        "",
                        List.of(new Series(
                                "in the snapshot", BLUE, s -> s.table().files()))),
                new Panel(
                        "Live share",
                        "of all",
                        OptionalDouble.of(0.7),
                        List.of(
                                new Series("of the bytes", BLUE, s -> s.table().liveShare()),
                                new Series(
                                        "of the rows",
                                        ORANGE,
                                        s -> (double) s.table().liveRows()
                                                / s.table().totalRows()))),
                new Panel(
                        "Size",
                        "MiB",
                        List.of(
                                new Series("data files", BLUE, s -> s.table().totalBytes() / MEBIBYTE),
                                new Series(
                                        "their live rows", GREEN, s -> s.table().liveBytes() / MEBIBYTE),
                                new Series(
                                        "local key indexes",
                                        ORANGE,
                                        s -> s.footprint().indexBytes() / MEBIBYTE))),
                new Panel(
                        "Heap after a collection",
                        "MiB",
                        List.of(new Series("in use", BLUE, s -> s.footprint().heapBytes() / MEBIBYTE))));
    }

    private String draw(String subtitle) {
        List<Panel> panels = panels();
        int rows = (panels.size() + COLUMNS - 1) / COLUMNS;
        int width = LEFT + COLUMNS * (WIDTH + GAP_X) - GAP_X + 24;
        int height = TOP + rows * (HEIGHT + GAP_Y);
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"Helvetica, Arial, sans-serif\" font-size=\"11\" fill=\"#4a5568\">",
                width, height, width, height);
        add("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", width, height);
        add("<text x=\"20\" y=\"30\" font-size=\"17\" fill=\"#1a202c\">Upserts of uniformly random keys</text>");
        add("<text x=\"20\" y=\"49\">%s; each panel over the checkpoints</text>", subtitle);
        for (int i = 0; i < panels.size(); i++) {
            int x = LEFT + i % COLUMNS * (WIDTH + GAP_X);
            int y = TOP + i / COLUMNS * (HEIGHT + GAP_Y);
            add("<g transform=\"translate(%d %d)\">", x, y);
            draw(panels.get(i));
            add("</g>");
        }
        add("</svg>");
        return svg.toString();
    }

    private void draw(Panel panel) {
        double max = panel.series().stream()
                .flatMap(series -> samples.stream().map(series.value()::applyAsDouble))
                .filter(Double::isFinite)
                .max(Double::compare)
                .orElse(1.0);
        double step = step(max, 4);
        double top = step * Math.max(1, Math.ceil(max / step - 1e-9));
        add(
                "<text x=\"0\" y=\"-12\" font-size=\"13\" fill=\"#1a202c\">%s%s<tspan fill=\"#718096\""
                        + " font-size=\"11\">%s</tspan></text>",
                panel.title(), GAP, panel.unit());
        for (int tick = 0; tick * step <= top + 1e-9; tick++) {
            double y = y(tick * step, top);
            add("<path d=\"M0 %.1fH%d\" stroke=\"%s\"/>", y, WIDTH, tick == 0 ? "#a0aec0" : "#edf2f7");
            add("<text x=\"-8\" y=\"%.1f\" text-anchor=\"end\">%s</text>", y + 4, label(tick * step, step));
        }
        double stepX = Math.max(1, step(samples.size(), 5));
        for (double checkpoint = stepX; checkpoint <= samples.size(); checkpoint += stepX) {
            add("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f</text>", x(checkpoint), HEIGHT + 16, checkpoint);
        }
        String legend = panel.series().stream()
                .map(series -> "<tspan fill=\"" + series.color() + "\">" + series.name() + "</tspan>")
                .collect(Collectors.joining(GAP));
        add("<text x=\"%d\" y=\"-12\" text-anchor=\"end\">%s</text>", WIDTH, legend);
        panel.goal()
                .ifPresent(goal -> add(
                        "<path d=\"M0 %.1fH%d\" stroke=\"#a0aec0\" stroke-dasharray=\"4 4\"/>", y(goal, top), WIDTH));
        panel.series().forEach(series -> draw(series, top));
    }

    /** The samples faintly, and their running median. */
    private void draw(Series series, double top) {
        double[] values = samples.stream().mapToDouble(series.value()).toArray();
        String style = "fill=\"none\" stroke=\"" + series.color() + "\" stroke-linejoin=\"round\"";
        add("<path d=\"%s\" %s stroke-opacity=\"0.25\"/>", path(values, top), style);
        add("<path d=\"%s\" %s stroke-width=\"1.8\"/>", path(smooth(values), top), style);
    }

    private String path(double[] values, double top) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            if (Double.isFinite(values[i])) {
                path.append(String.format(
                        Locale.ROOT,
                        "%s%.1f %.1f",
                        path.isEmpty() ? "M" : "L",
                        x(samples.get(i).checkpoint()),
                        y(values[i], top)));
            }
        }
        return path.toString();
    }

    /** Medians of the neighbours; sparse values are left as they are. */
    private static double[] smooth(double[] values) {
        double[] smooth = values.clone();
        if (Arrays.stream(values).allMatch(Double::isFinite)) {
            for (int i = 0; i < values.length; i++) {
                int reach = Math.min(SMOOTHING, Math.min(i, values.length - 1 - i));
                double[] near = Arrays.copyOfRange(values, i - reach, i + reach + 1);
                Arrays.sort(near);
                smooth[i] = near[near.length / 2];
            }
        }
        return smooth;
    }

    private double x(double checkpoint) {
        double first = samples.get(0).checkpoint();
        return samples.size() == 1 ? 0 : (checkpoint - first) / (samples.size() - 1) * WIDTH;
    }

    private static double y(double value, double top) {
        return HEIGHT - value / top * HEIGHT;
    }

    /** One, two or five times a power of ten, so that about so many of them make the range. */
    private static double step(double range, int about) {
        if (range <= 0) {
            return 1;
        }
        double power = Math.pow(10, Math.floor(Math.log10(range / about)));
        double multiple = range / about / power;
        return power * (multiple < 1.5 ? 1 : multiple < 3.5 ? 2 : multiple < 7.5 ? 5 : 10);
    }

    private static String label(double value, double step) {
        int digits = (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }

    private void add(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
