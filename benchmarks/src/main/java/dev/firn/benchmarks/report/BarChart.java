package dev.firn.benchmarks.report;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;

/** Bars side by side, one for each name. */
public final class BarChart {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 420;
    private static final Color BAR = new Color(0x8F, 0xBF, 0xDD);

    /** Read on a bar, and beyond one that is lower than the text. */
    private static final Color LABEL = new Color(0x20, 0x20, 0x20);

    private BarChart() {}

    /** @param path ends with {@code .svg} */
    public static void write(Path path, String title, String unit, Map<String, Double> bars) throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .yAxisTitle(unit)
                .build();
        chart.getStyler()
                .setLabelsVisible(true)
                .setLabelsFontColorAutomaticEnabled(false)
                .setLabelsFontColor(LABEL)
                .setAvailableSpaceFill(0.7);
        chart.getStyler().setXAxisLabelRotation(30).setPlotGridVerticalLinesVisible(false);
        chart.getStyler()
                .setLegendVisible(false)
                .setPlotBorderVisible(false)
                .setChartBackgroundColor(Color.WHITE)
                .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
        List<Double> heights = new ArrayList<>(bars.values());
        chart.addSeries(title, new ArrayList<>(bars.keySet()), heights).setFillColor(BAR);
        VectorGraphicsEncoder.saveVectorGraphic(chart, path.toString(), VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
    }
}
