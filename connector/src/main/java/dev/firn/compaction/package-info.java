/** Fewer, larger run files of the same live rows. */
@NullMarked
package dev.firn.compaction;

import org.jspecify.annotations.NullMarked;
