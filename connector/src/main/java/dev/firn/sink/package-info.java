/** Flink's Sink V2: rows in, one Iceberg snapshot per checkpoint out. */
@NullMarked
package dev.firn.sink;

import org.jspecify.annotations.NullMarked;
