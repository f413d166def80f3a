/** One harness for all contestants: who writes, how it is measured, and what is printed. */
@NullMarked
package dev.firn.benchmarks.contest;

import org.jspecify.annotations.NullMarked;
