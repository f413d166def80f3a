package dev.firn.benchmarks.contest;

import org.apache.flink.api.connector.source.SourceSplit;

/** What is left of a lane. */
record LaneSplit(int lane, long next) implements SourceSplit {

    @Override
    public String splitId() {
        return Integer.toString(lane);
    }
}
