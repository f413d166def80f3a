package dev.firn.e2e;

import org.apache.flink.streaming.api.graph.ExecutionPlan;

/** What a {@link Cluster} runs. */
interface Job {

    ExecutionPlan plan();

    JobDisk disk();
}
