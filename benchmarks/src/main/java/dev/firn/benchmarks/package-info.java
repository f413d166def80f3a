/** What Firn costs, beside what others cost on the same machine. */
@NullMarked
package dev.firn.benchmarks;

import org.jspecify.annotations.NullMarked;
