/** What runs beside a test: Flink, Kafka, an object store, a catalog, other engines, each in processes of its own. */
@NullMarked
package dev.firn.e2e.cluster;

import org.jspecify.annotations.NullMarked;
