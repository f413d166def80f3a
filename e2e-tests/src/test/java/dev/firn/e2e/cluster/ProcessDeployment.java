package dev.firn.e2e.cluster;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/** A {@link Deployment} of processes on this host, from the jars that the build resolved. */
public final class ProcessDeployment implements Deployment {

    private final KafkaBroker kafka;
    private final Service objectStore;
    private final Service catalog;
    private final FlinkCluster flink;
    private final Path disk;
    private @Nullable TrinoProcess trino;

    private ProcessDeployment(Path disk) {
        this.disk = disk;
        this.objectStore = ObjectStore.on(disk.resolve("object-store"));
        this.catalog = RestCatalog.on(disk.resolve("catalog"), objectStore.uri());
        this.flink = new FlinkCluster(disk.resolve("flink"), Program.FLINK_LIB.jars());
        objectStore.start();
        catalog.start();
        this.kafka = KafkaBroker.start(disk.resolve("kafka"));
        flink.start();
        objectStore.awaitReady();
        catalog.awaitReady();
    }

    /** @param disk for whatever the processes keep */
    public static ProcessDeployment start(Path disk) {
        return new ProcessDeployment(disk);
    }

    @Override
    public Endpoints inside() {
        return new Endpoints(kafka.bootstrapServers(), catalog.uri(), objectStore.uri());
    }

    @Override
    public Endpoints outside() {
        return inside();
    }

    @Override
    public URI gateway() {
        return flink.gateway();
    }

    @Override
    public URI flink() {
        return flink.rest();
    }

    @Override
    public String savepoints() {
        return flink.savepoints();
    }

    @Override
    public Engine trino() {
        TrinoProcess.unavailable().ifPresent(reason -> {
            throw new TestAbortedException(reason);
        });
        if (trino == null) {
            trino = TrinoProcess.on(outside(), disk);
        }
        return trino;
    }

    @Override
    public void kill(Part part) {
        switch (part) {
            case JOB_MANAGER -> flink.killJobManager();
            case TASK_MANAGER_1 -> flink.killTaskManager(1);
            case TASK_MANAGER_2 -> flink.killTaskManager(2);
            case OBJECT_STORE -> objectStore.kill();
            case CATALOG -> catalog.kill();
        }
    }

    @Override
    public void start(Part part) {
        switch (part) {
            case JOB_MANAGER -> flink.startJobManager();
            case TASK_MANAGER_1 -> flink.startTaskManager(1);
            case TASK_MANAGER_2 -> flink.startTaskManager(2);
            case OBJECT_STORE -> objectStore.start();
            case CATALOG -> catalog.start();
        }
    }

    @Override
    public void close() {
        if (trino != null) {
            trino.close();
        }
        flink.close();
        kafka.close();
        catalog.close();
        objectStore.close();
    }
}
