/** How many bytes Firn writes for each byte that it is given, and how many it keeps. */
@NullMarked
package dev.firn.benchmarks.amplification;

import org.jspecify.annotations.NullMarked;
