package dev.firn.e2e.cluster;

import java.net.URI;

/**
 * Flink with the Firn SQL jar in its {@code lib/}, Kafka, an S3 object store and an Iceberg REST catalog: one way of
 * running them. A session cluster of two TaskManagers with two slots each, made highly available, and an SQL gateway.
 * Closing ends everything.
 */
public interface Deployment extends AutoCloseable {

    /** As Flink sees the services. */
    Endpoints inside();

    /** As this JVM, and what it starts, sees them. */
    Endpoints outside();

    /** REST address of the SQL gateway. */
    URI gateway();

    /** REST address of the JobManager. */
    URI flink();

    /** Directory for savepoints, as Flink sees it, which outlives each of its processes. */
    String savepoints();

    /**
     * A Trino on the catalog, which it calls {@code lake}; closed with the deployment.
     *
     * @throws org.opentest4j.TestAbortedException with the reason if there can be none here
     */
    Engine trino();

    /** Ends a part at once, as {@code kill -9} does, and returns when it is gone. */
    void kill(Part part);

    /** Starts a part again that was killed, under its old address and with its old disk. Does not wait for it. */
    void start(Part part);

    @Override
    void close();
}
