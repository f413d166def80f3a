package dev.firn.sink;

import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** Shows numbers that are kept elsewhere as Flink's metrics. docs/metrics.md lists all of them. */
record Instruments(MetricGroup group) {

    private static final String GROUP = "firn";
    private static final int HISTOGRAM_VALUES = 100;

    /** Below the metrics of an operator. */
    static Instruments of(MetricGroup operator) {
        return new Instruments(operator.addGroup(GROUP));
    }

    /** Of the last values. */
    static Histogram newHistogram() {
        return new DescriptiveStatisticsHistogram(HISTOGRAM_VALUES);
    }

    Instruments labelled(String label, int value) {
        return new Instruments(group.addGroup(label, Integer.toString(value)));
    }

    /** A number that goes up and down. */
    void gauge(String name, LongSupplier value) {
        group.<Long, Gauge<Long>>gauge(name, value::getAsLong);
    }

    /** A number that only grows. */
    void counter(String name, LongSupplier count) {
        group.counter(name, new CountedElsewhere(count));
    }

    void histogram(String name, Histogram histogram) {
        group.histogram(name, histogram);
    }

    private record CountedElsewhere(LongSupplier count) implements Counter {

        @Override
        public long getCount() {
            return count.getAsLong();
        }

        @Override
        public void inc() {
            throw onlyRead();
        }

        @Override
        public void inc(long n) {
            throw onlyRead();
        }

        @Override
        public void dec() {
            throw onlyRead();
        }

        @Override
        public void dec(long n) {
            throw onlyRead();
        }

        private static UnsupportedOperationException onlyRead() {
            return new UnsupportedOperationException("Counted elsewhere");
        }
    }
}
