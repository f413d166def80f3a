package dev.firn.e2e;

import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.flink.metrics.LogicalScopeProvider;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** Remembers the names under which Flink's reporter for Prometheus would show what was registered in this JVM. */
public final class ScopeReporter implements MetricReporter {

    private static final Set<String> NAMES = ConcurrentHashMap.newKeySet();
    private static final Set<String> SUBTASKS = ConcurrentHashMap.newKeySet();

    /** Found by Flink as a service. */
    public static final class Factory implements MetricReporterFactory {

        @Override
        public MetricReporter createMetricReporter(Properties properties) {
            return new ScopeReporter();
        }
    }

    /** That reporter joins the logical scope and the name so. */
    static Set<String> names() {
        return Set.copyOf(NAMES);
    }

    /** Which subtasks ever registered a metric of this name. */
    static Set<String> subtasks(String name) {
        return SUBTASKS.stream()
                .filter(entry -> entry.startsWith(name + "/"))
                .map(entry -> entry.substring(name.length() + 1))
                .collect(Collectors.toSet());
    }

    @Override
    public void open(MetricConfig config) {}

    @Override
    public void close() {}

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        String scope = LogicalScopeProvider.castFrom(group)
                .getLogicalScope(text -> text.replaceAll("[^a-zA-Z0-9:_]", "_"), '_');
        NAMES.add("flink_" + scope + "_" + name);
        SUBTASKS.add(name + "/" + group.getAllVariables().get("<subtask_index>"));
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}
}
