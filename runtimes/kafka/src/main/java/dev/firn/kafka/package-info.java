/** A Kafka in a process of its own, for tests that read from it. */
@NullMarked
package dev.firn.kafka;

import org.jspecify.annotations.NullMarked;
