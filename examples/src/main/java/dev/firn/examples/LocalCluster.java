package dev.firn.examples;

import java.net.URI;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/** A Flink cluster inside this process, which takes jobs as any other cluster does. */
final class LocalCluster implements AutoCloseable {

    private final MiniCluster cluster;
    private final FlinkMetrics metrics;
    private final int slots;

    private LocalCluster(MiniCluster cluster, FlinkMetrics metrics, int slots) {
        this.cluster = cluster;
        this.metrics = metrics;
        this.slots = slots;
    }

    static LocalCluster start(int slots) {
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.BIND_PORT, "0");
        FlinkMetrics metrics = FlinkMetrics.of(configuration);
        MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .build());
        try {
            cluster.start();
        } catch (Exception e) {
            throw new IllegalStateException("Flink cannot be started in this process", e);
        }
        return new LocalCluster(cluster, metrics, slots);
    }

    FlinkMetrics metrics() {
        return metrics;
    }

    /** A configuration for jobs that run here, on all slots. */
    Configuration configuration() {
        URI address = cluster.getRestAddress().join();
        Configuration configuration = new Configuration();
        configuration.set(DeploymentOptions.TARGET, "remote");
        configuration.set(RestOptions.ADDRESS, address.getHost());
        configuration.set(RestOptions.PORT, address.getPort());
        configuration.set(CoreOptions.DEFAULT_PARALLELISM, slots);
        return configuration;
    }

    @Override
    public void close() {
        cluster.closeAsync().join();
    }
}
