package dev.firn.e2e.cluster;

import java.net.URI;

/**
 * Where the services of a {@link Deployment} are, as one side sees them.
 *
 * @param kafka bootstrap servers
 * @param catalog URI of the Iceberg REST catalog
 * @param objectStore S3 endpoint, with path-style access, {@link #ACCESS_KEY} and {@link #SECRET_KEY}
 */
public record Endpoints(String kafka, URI catalog, URI objectStore) {

    public static final String WAREHOUSE = "s3://lake/warehouse";
    public static final String REGION = "us-east-1";
    public static final String ACCESS_KEY = "firn";
    public static final String SECRET_KEY = "firn-secret";
}
