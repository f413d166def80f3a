package dev.firn.e2e.cluster;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.table.FirnOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What docs/installation.md says of jars and options is so. */
class InstallationDocumentTest {

    private static final String TEXT = read(Path.of("..", "docs", "installation.md"));
    private static final Pattern COORDINATES = Pattern.compile("(?m)^[a-z0-9.]+:([a-z0-9-]+):([0-9.]+)$");
    private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| ([^|]*`[^|]*) \\|");
    private static final Pattern OPTION = Pattern.compile("`([a-z]+(?:[.-][a-z]+)*\\.[a-z.-]+)`");
    private static final Pattern SETTING = Pattern.compile("(?m)^SET '([^']+)'");
    private static final Pattern YAML = Pattern.compile("(?s)```yaml\n(.*?)```");

    private static final Set<String> FLINK_OPTIONS = Stream.of(
                    CheckpointingOptions.class,
                    CoreOptions.class,
                    HighAvailabilityOptions.class,
                    StateRecoveryOptions.class,
                    TaskManagerOptions.class)
            .flatMap(InstallationDocumentTest::options)
            .collect(toSet());
    private static final Set<String> FIRN_OPTIONS = options(FirnOptions.class).collect(toSet());

    @Test
    void theLeastJarsOfHadoopAreThoseThatAreTested() {
        List<String> named = COORDINATES
                .matcher(TEXT)
                .results()
                .map(jar -> jar.group(1) + "-" + jar.group(2) + ".jar")
                .toList();

        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(Program.HADOOP_MINIMAL.jars().stream()
                        .map(jar -> jar.getFileName().toString())
                        .toList());
    }

    @Test
    void optionsAreFirnsOrFlinks() {
        List<String> named = Stream.concat(
                        FIRST_CELL
                                .matcher(TEXT)
                                .results()
                                .map(MatchResult::group)
                                .flatMap(cell -> OPTION.matcher(cell).results()),
                        SETTING.matcher(TEXT).results())
                .map(option -> option.group(1))
                .toList();

        assertThat(named)
                .hasSizeGreaterThan(12)
                .allMatch(option -> FIRN_OPTIONS.contains(option) || FLINK_OPTIONS.contains(option));
    }

    @Test
    void theDeploymentHasOptionsOfFlinkAndTheHeapThatIsSaid() {
        Map<?, ?> deployment = (Map<?, ?>) new Load(LoadSettings.builder().build())
                .loadFromString(
                        YAML.matcher(TEXT).results().findFirst().orElseThrow().group(1));
        Map<?, ?> spec = map(deployment, "spec");
        Map<?, ?> flink = map(spec, "flinkConfiguration");
        String process = Objects.requireNonNull(
                (String) map(map(spec, "taskManager"), "resource").get("memory"));

        assertThat(deployment.get("apiVersion")).isEqualTo("flink.apache.org/v1beta1");
        assertThat(deployment.get("kind")).isEqualTo("FlinkDeployment");
        assertThat(spec.get("flinkVersion")).isEqualTo("v2_1");
        assertThat(flink.keySet()).allMatch(FLINK_OPTIONS::contains).hasSizeGreaterThan(8);
        Configuration configuration = new Configuration();
        flink.forEach((key, value) -> configuration.setString(key.toString(), value.toString()));
        assertThat(TEXT).contains("the heap is %,d MiB".formatted(heapMebiBytes(configuration, process)));
        configuration.removeConfig(TaskManagerOptions.MANAGED_MEMORY_FRACTION);
        assertThat(TEXT).contains("it would be %,d MiB".formatted(heapMebiBytes(configuration, process)));
    }

    private static int heapMebiBytes(Configuration configuration, String process) {
        configuration.set(TaskManagerOptions.TOTAL_PROCESS_MEMORY, MemorySize.parse(process));
        return TaskExecutorProcessUtils.processSpecFromConfig(configuration)
                .getJvmHeapMemorySize()
                .getMebiBytes();
    }

    private static Map<?, ?> map(Map<?, ?> parent, String key) {
        return Objects.requireNonNull((Map<?, ?>) parent.get(key), key);
    }

    private static Stream<String> options(Class<?> holder) {
        return Arrays.stream(holder.getFields())
                .filter(field -> ConfigOption.class.isAssignableFrom(field.getType()))
                .map(InstallationDocumentTest::key);
    }

    private static String key(Field option) {
        try {
            return ((ConfigOption<?>) option.get(null)).key();
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
