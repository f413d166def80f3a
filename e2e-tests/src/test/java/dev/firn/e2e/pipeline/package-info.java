/** A database's changes through Kafka and Flink SQL into Firn tables, while parts of all this fail. */
@NullMarked
package dev.firn.e2e.pipeline;

import org.jspecify.annotations.NullMarked;
