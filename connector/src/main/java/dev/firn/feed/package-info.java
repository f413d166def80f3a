/** Snapshots as a changelog (FLIP-27). */
@NullMarked
package dev.firn.feed;

import org.jspecify.annotations.NullMarked;
