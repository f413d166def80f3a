package dev.firn.examples;

import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * How far an embedded Flink has come, told by its own metrics: rows out of sources, completed checkpoints. The numbers
 * stay what they were when the job is over. Thread-safe.
 */
final class FlinkMetrics implements MetricReporter {

    private static final String NAME = "quickstart";
    private static final String PREFIX = "metrics.reporter." + NAME + ".";

    /** Flink makes its reporters by itself, so they are found again by an id in the configuration. */
    private static final Map<String, FlinkMetrics> BY_ID = new ConcurrentHashMap<>();

    private final Map<Counter, Boolean> sourceRows = new ConcurrentHashMap<>();
    private final AtomicLong rowsOfFinishedSources = new AtomicLong();
    private final Map<Gauge<?>, Boolean> checkpoints = new ConcurrentHashMap<>();
    private final AtomicLong checkpointsOfFinishedJobs = new AtomicLong();

    private FlinkMetrics() {}

    /** Adds a reporter to {@code configuration}; what is run with it is counted by the result. */
    static FlinkMetrics of(Configuration configuration) {
        String id = UUID.randomUUID().toString();
        configuration.setString("metrics.reporters", NAME);
        configuration.setString(PREFIX + "factory.class", Factory.class.getName());
        configuration.setString(PREFIX + "id", id);
        FlinkMetrics metrics = new FlinkMetrics();
        BY_ID.put(id, metrics);
        return metrics;
    }

    /** Rows that the sources have handed on; an update counts as two, before and after. */
    long rowsRead() {
        return rowsOfFinishedSources.get()
                + sourceRows.keySet().stream().mapToLong(Counter::getCount).sum();
    }

    long completedCheckpoints() {
        return checkpointsOfFinishedJobs.get()
                + checkpoints.keySet().stream().mapToLong(FlinkMetrics::value).sum();
    }

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        if (isRowsOfSource(name, group) && metric instanceof Counter counter) {
            sourceRows.put(counter, true);
        } else if (isCheckpoints(name) && metric instanceof Gauge<?> gauge) {
            checkpoints.put(gauge, true);
        }
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
        if (metric instanceof Counter counter && sourceRows.remove(counter) != null) {
            rowsOfFinishedSources.addAndGet(counter.getCount());
        } else if (metric instanceof Gauge<?> gauge && checkpoints.remove(gauge) != null) {
            checkpointsOfFinishedJobs.addAndGet(value(gauge));
        }
    }

    @Override
    public void open(MetricConfig config) {}

    @Override
    public void close() {}

    private static boolean isRowsOfSource(String name, MetricGroup group) {
        String operator = group.getAllVariables().get("<operator_name>");
        return name.equals("numRecordsOut") && operator != null && operator.startsWith("Source: ");
    }

    private static boolean isCheckpoints(String name) {
        return name.equals("numberOfCompletedCheckpoints");
    }

    private static long value(Gauge<?> gauge) {
        return gauge.getValue() instanceof Number number ? number.longValue() : 0;
    }

    /** Called by Flink. */
    public static final class Factory implements MetricReporterFactory {

        @Override
        public MetricReporter createMetricReporter(Properties properties) {
            FlinkMetrics metrics = BY_ID.remove(properties.getProperty("id"));
            if (metrics == null) {
                throw new IllegalStateException("no metrics are waiting for this Flink");
            }
            return metrics;
        }
    }
}
