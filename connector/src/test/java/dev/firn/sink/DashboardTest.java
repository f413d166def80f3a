package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/grafana-dashboard.json shows metrics that docs/metrics.md describes, and so that there are. */
class DashboardTest {

    private static final Path DASHBOARD = Path.of("..", "docs", "grafana-dashboard.json");
    private static final Path METRICS = Path.of("..", "docs", "metrics.md");

    private static final Pattern SHOWN = Pattern.compile("flink_(?<scope>\\w+?)_firn_(?<name>\\w+)");
    private static final Pattern ROW =
            Pattern.compile("^\\| `(?<name>[\\w.]+)` \\| (?:counter|gauge|histogram) \\|", Pattern.MULTILINE);
    private static final Pattern QUOTED = Pattern.compile("`([\\w.]+)`");

    @Test
    void everyMetricOfTheDashboardIsDocumented() throws IOException {
        Set<String> shown = shown();

        assertThat(documented(Files.readString(METRICS))).containsAll(shown);
        assertThat(shown).hasSizeGreaterThan(40);
    }

    @Test
    void theMetricsToLookAtFirstHaveAPanel() throws IOException {
        String document = Files.readString(METRICS);
        String toLookAt = document.split(" to look at\n", 2)[1].split("\n## ", 2)[0];
        Set<String> names = QUOTED.matcher(toLookAt)
                .results()
                .map(quoted -> quoted.group(1).replaceFirst("^level\\.\\d\\.", "level.N."))
                .filter(documented(document)::contains)
                .collect(Collectors.toSet());

        assertThat(names).hasSizeGreaterThan(5);
        assertThat(shown()).containsAll(names);
    }

    @Test
    void panelsHaveTitlesUnitsAndQueriesAndDoNotOverlap() throws IOException {
        List<Integer> places = new ArrayList<>();
        Set<Integer> ids = new HashSet<>();
        for (JsonNode panel : panels()) {
            assertThat(panel.path("title").asText()).isNotEmpty();
            assertThat(ids.add(panel.path("id").asInt())).as("one panel an id").isTrue();
            JsonNode place = panel.path("gridPos");
            assertThat(place.path("x").asInt() + place.path("w").asInt()).isLessThanOrEqualTo(24);
            places.add(100 * place.path("y").asInt() + place.path("x").asInt());
            if (!panel.path("type").asText().equals("row")) {
                assertThat(panel.at("/fieldConfig/defaults/unit").asText()).isNotEmpty();
                assertThat(panel.path("targets"))
                        .isNotEmpty()
                        .allSatisfy(target ->
                                assertThat(target.path("expr").asText()).contains("job_name=~\"$job\""));
            }
        }
        assertThat(places).isSorted().doesNotHaveDuplicates();
    }

    /** As docs/metrics.md spells them. */
    private static Set<String> shown() throws IOException {
        return SHOWN.matcher(Files.readString(DASHBOARD))
                .results()
                .map(name -> name.group(2).replaceFirst("^level_", "level.N."))
                .collect(Collectors.toSet());
    }

    private static Set<String> documented(String document) {
        return ROW.matcher(document).results().map(row -> row.group(1)).collect(Collectors.toSet());
    }

    private static JsonNode panels() throws IOException {
        JsonNode panels = new ObjectMapper().readTree(DASHBOARD.toFile()).path("panels");
        assertThat(panels).isNotEmpty();
        return panels;
    }
}
