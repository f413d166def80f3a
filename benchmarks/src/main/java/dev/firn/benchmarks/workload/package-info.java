/**
 * What the contestants are given to write: a changelog that is a pure function of a number, and what has to come out.
 */
@NullMarked
package dev.firn.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
