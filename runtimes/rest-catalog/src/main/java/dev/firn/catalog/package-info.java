/** An Iceberg REST catalog in a process of its own, for tests of pipelines. */
@NullMarked
package dev.firn.catalog;

import org.jspecify.annotations.NullMarked;
