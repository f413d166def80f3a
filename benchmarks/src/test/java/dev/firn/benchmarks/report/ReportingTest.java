package dev.firn.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportingTest {

    @TempDir
    private Path folder;

    @Test
    void aSpreadIsTheMedianAndTheEnds() {
        assertThat(Spread.of(List.of(3.0, 1.0, 2.5))).isEqualTo(new Spread(2.5, 1, 3, 3));
        assertThat(Spread.of(List.of(1.0, 2.0)).median()).isEqualTo(1.5);
        assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aQuantileLiesBetweenTheNearestFigures() {
        List<Double> figures = List.of(0.0, 10.0, 20.0, 30.0);

        assertThat(Spread.quantile(figures, 0)).isZero();
        assertThat(Spread.quantile(figures, 0.5)).isEqualTo(15);
        assertThat(Spread.quantile(figures, 1)).isEqualTo(30);
    }

    @Test
    void figuresHaveAboutThreeDigits() {
        assertThat(Spread.text(1234.5)).isEqualTo("1,235");
        assertThat(Spread.text(12.345)).isEqualTo("12.3");
        assertThat(Spread.text(1.2345)).isEqualTo("1.23");
        assertThat(Spread.of(List.of(1.0, 2.0, 30.0)).text()).isEqualTo("2.00 (1.00–30.0)");
        assertThat(Spread.of(List.of(1.0)).text()).isEqualTo("1.00");
    }

    @Test
    void aTableIsMarkdown() {
        assertThat(new MarkdownTable("who", "s").row("firn", "1").text()).isEqualTo("""
                | who | s |
                |---|--:|
                | firn | 1 |
                """);
        assertThatThrownBy(() -> new MarkdownTable("who", "s").row("firn"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSectionIsReplacedAndTheRestStays() throws IOException {
        Path document = folder.resolve("document.md");
        Files.writeString(document, "before\n<!-- a -->\nold\n<!-- /a -->\nafter\n");

        Sections.rewrite(document, Map.of("a", "new\n"));

        assertThat(document).hasContent("before\n<!-- a -->\n\nnew\n\n<!-- /a -->\nafter\n");
        Sections.rewrite(document, Map.of("a", "new\n"));
        assertThat(document).hasContent("before\n<!-- a -->\n\nnew\n\n<!-- /a -->\nafter\n");
        assertThatThrownBy(() -> Sections.rewrite(document, Map.of("b", ""))).hasMessageContaining("no section 'b'");
    }

    @Test
    void aPlotIsAnImageOfVectors() throws IOException {
        Path plot = folder.resolve("plot.svg");

        BarChart.write(plot, "title", "unit", Map.of("firn", 1.0, "other", 2.0));

        assertThat(plot).content().contains("<svg").contains("</svg>");
    }
}
