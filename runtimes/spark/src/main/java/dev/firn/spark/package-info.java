/** A Spark in a JVM of its own, for tests that let another engine write. */
@NullMarked
package dev.firn.spark;

import org.jspecify.annotations.NullMarked;
