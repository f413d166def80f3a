/** Snapshots in and out: the only holder of an Iceberg table. */
@NullMarked
package dev.firn.iceberg;

import org.jspecify.annotations.NullMarked;
