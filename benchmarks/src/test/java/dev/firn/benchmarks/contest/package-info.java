@NullMarked
package dev.firn.benchmarks.contest;

import org.jspecify.annotations.NullMarked;
