/** What to merge, and merging it. */
@NullMarked
package dev.firn.compaction;

import org.jspecify.annotations.NullMarked;
