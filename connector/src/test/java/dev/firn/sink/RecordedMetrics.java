package dev.firn.sink;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.OperatorIOMetricGroup;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** Keeps the metrics that are registered, under their names with those of their groups ahead of them. */
public final class RecordedMetrics extends UnregisteredMetricsGroup
        implements SinkWriterMetricGroup, SourceReaderMetricGroup {

    private final String prefix;
    private final Map<String, Metric> metrics;
    private final Counter rowsSent = new SimpleCounter();
    private final Counter bytesSent = new SimpleCounter();

    public RecordedMetrics() {
        this("", new TreeMap<>());
    }

    private RecordedMetrics(String prefix, Map<String, Metric> metrics) {
        this.prefix = prefix;
        this.metrics = metrics;
    }

    public Set<String> names() {
        return metrics.keySet();
    }

    public Metric metric(String name) {
        return Objects.requireNonNull(metrics.get(name), name);
    }

    /** Of a counter, or of a gauge of whole numbers. */
    public long value(String name) {
        Metric metric = metric(name);
        return metric instanceof Counter counter ? counter.getCount() : (Long) ((Gauge<?>) metric).getValue();
    }

    double ratio(String name) {
        return (Double) ((Gauge<?>) metric(name)).getValue();
    }

    Histogram histogram(String name) {
        return (Histogram) metric(name);
    }

    private <M extends Metric> M keep(String name, M metric) {
        if (metrics.put(prefix + name, metric) != null) {
            throw new IllegalStateException("Registered twice, which Flink ignores with a warning: " + name);
        }
        return metric;
    }

    @Override
    public Counter counter(String name) {
        return keep(name, new SimpleCounter());
    }

    @Override
    public <C extends Counter> C counter(String name, C counter) {
        return keep(name, counter);
    }

    @Override
    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
        return keep(name, gauge);
    }

    @Override
    public <H extends Histogram> H histogram(String name, H histogram) {
        return keep(name, histogram);
    }

    @Override
    public MetricGroup addGroup(String name) {
        return new RecordedMetrics(prefix + name + ".", metrics);
    }

    @Override
    public MetricGroup addGroup(String key, String value) {
        return addGroup(key).addGroup(value);
    }

    @Override
    public OperatorIOMetricGroup getIOMetricGroup() {
        return createOperatorIOMetricGroup();
    }

    @Override
    public Counter getNumRecordsOutErrorsCounter() {
        return new SimpleCounter();
    }

    @Override
    public Counter getNumRecordsSendErrorsCounter() {
        return new SimpleCounter();
    }

    @Override
    public Counter getNumRecordsSendCounter() {
        return rowsSent;
    }

    @Override
    public Counter getNumBytesSendCounter() {
        return bytesSent;
    }

    @Override
    public void setCurrentSendTimeGauge(Gauge<Long> currentSendTimeGauge) {}

    @Override
    public Counter getNumRecordsInErrorsCounter() {
        return new SimpleCounter();
    }

    @Override
    public void setPendingBytesGauge(Gauge<Long> pendingBytes) {}

    @Override
    public void setPendingRecordsGauge(Gauge<Long> pendingRecords) {}
}
