package dev.firn.e2e;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A Flink cluster in this JVM, for the tests of a class. */
final class Cluster implements BeforeAllCallback, AfterAllCallback {

    private static final long DEADLINE_SECONDS = 60;

    private final MiniCluster cluster;

    Cluster() {
        Configuration configuration = new Configuration();
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(32));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(32));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(32));
        configuration.setString("metrics.reporter.scopes.factory.class", ScopeReporter.Factory.class.getName());
        this.cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(8)
                .build());
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        cluster.start();
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        cluster.close();
    }

    RunningJob start(Job job) throws Exception {
        JobID id = await(cluster.submitJob(job.plan())).getJobID();
        return new RunningJob(id, job);
    }

    /** Runs a job to its end, which must be a good one. */
    void run(Job job) throws Exception {
        start(job).awaitSuccess();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** A job that was started. */
    final class RunningJob {

        private final JobID id;
        private final Job job;

        private RunningJob(JobID id, Job job) {
            this.id = id;
            this.job = job;
        }

        void awaitSuccess() throws Exception {
            await(cluster.requestJobResult(id)).toJobExecutionResult(Cluster.class.getClassLoader());
        }

        /** Waits until every task runs, so that a savepoint can be taken. */
        void awaitRunning() throws Exception {
            while (!isRunning()) {
                Thread.onSpinWait();
            }
        }

        private boolean isRunning() throws Exception {
            if (await(cluster.getJobStatus(id)) != JobStatus.RUNNING) {
                return false;
            }
            for (var task : await(cluster.getExecutionGraph(id)).getAllExecutionVertices()) {
                if (task.getExecutionState() != ExecutionState.RUNNING) {
                    return false;
                }
            }
            return true;
        }

        /** @return why it failed */
        Throwable awaitFailure() throws Exception {
            return await(cluster.requestJobResult(id))
                    .getSerializedThrowable()
                    .orElseThrow(() -> new AssertionError("The job did not fail"))
                    .deserializeError(Cluster.class.getClassLoader());
        }

        /** @return the savepoint */
        String savepoint() throws Exception {
            return await(cluster.triggerSavepoint(id, job.disk().savepoints(), false, SavepointFormatType.CANONICAL));
        }

        /** @return the savepoint */
        String stopWithSavepoint() throws Exception {
            String savepoint =
                    await(cluster.stopWithSavepoint(id, job.disk().savepoints(), false, SavepointFormatType.CANONICAL));
            awaitSuccess();
            return savepoint;
        }

        /** Takes a checkpoint now. */
        void checkpoint() throws Exception {
            await(cluster.triggerCheckpoint(id));
        }

        /** @return the last checkpoint, which outlives the job */
        String cancel() throws Exception {
            await(cluster.cancelJob(id));
            await(cluster.requestJobResult(id));
            return job.disk().lastCheckpoint(id);
        }
    }
}
