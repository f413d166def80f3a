package dev.firn.table;

import java.net.URI;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Flink cluster of one process for a test class. It outlives every job: a cluster that ends with its job may take the
 * last rows of a query along.
 */
final class SqlCluster implements BeforeAllCallback, AfterAllCallback {

    private static final int SLOTS = 4;

    private final MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
            .setConfiguration(new Configuration().set(RestOptions.BIND_PORT, "0"))
            .setNumTaskManagers(1)
            .setNumSlotsPerTaskManager(SLOTS)
            .build());

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        start();
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        close();
    }

    void start() throws Exception {
        cluster.start();
    }

    void close() throws Exception {
        cluster.close();
    }

    void cancel(JobID job) throws Exception {
        cluster.cancelJob(job).get();
    }

    TableEnvironment streaming() {
        return environment(EnvironmentSettings.newInstance().inStreamingMode());
    }

    TableEnvironment batch() {
        return environment(EnvironmentSettings.newInstance().inBatchMode());
    }

    private TableEnvironment environment(EnvironmentSettings.Builder settings) {
        URI address = cluster.getRestAddress().join();
        Configuration configuration = new Configuration();
        configuration.set(DeploymentOptions.TARGET, "remote");
        configuration.set(RestOptions.ADDRESS, address.getHost());
        configuration.set(RestOptions.PORT, address.getPort());
        TableEnvironment environment = TableEnvironment.create(
                settings.withConfiguration(configuration).build());
        environment.getConfig().set("parallelism.default", "2");
        return environment;
    }
}
