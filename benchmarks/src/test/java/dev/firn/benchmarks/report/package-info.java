@NullMarked
package dev.firn.benchmarks.report;

import org.jspecify.annotations.NullMarked;
