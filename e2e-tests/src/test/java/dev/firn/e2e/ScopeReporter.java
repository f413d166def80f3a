package dev.firn.e2e;

import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.LogicalScopeProvider;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** Remembers the names under which Flink's reporter for Prometheus would show what was registered in this JVM. */
public final class ScopeReporter implements MetricReporter {

    private static final Set<String> NAMES = ConcurrentHashMap.newKeySet();

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

    @Override
    public void open(MetricConfig config) {}

    @Override
    public void close() {}

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        NAMES.add("flink_"
                + LogicalScopeProvider.castFrom(group)
                        .getLogicalScope(text -> text.replaceAll("[^a-zA-Z0-9:_]", "_"), '_')
                + "_" + name);
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}
}
