package dev.firn.e2e.cluster;

import java.net.URI;
import java.util.Map;
import java.util.TreeMap;

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

    /** What Iceberg has to be told of the catalog and of its files, {@code type} left out. */
    public Map<String, String> catalogProperties() {
        Map<String, String> properties = new TreeMap<>(fileProperties(objectStore));
        properties.put("uri", catalog.toString());
        return properties;
    }

    /** What Iceberg has to be told of the files in an object store. */
    static Map<String, String> fileProperties(URI objectStore) {
        return Map.of(
                "io-impl",
                "org.apache.iceberg.aws.s3.S3FileIO",
                "s3.endpoint",
                objectStore.toString(),
                "s3.path-style-access",
                "true",
                "s3.access-key-id",
                ACCESS_KEY,
                "s3.secret-access-key",
                SECRET_KEY,
                "client.region",
                REGION);
    }
}
