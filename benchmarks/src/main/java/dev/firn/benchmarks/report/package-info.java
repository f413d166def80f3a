/** How figures are shown: spreads, tables, plots, and sections of a document. Knows nothing of what was measured. */
@NullMarked
package dev.firn.benchmarks.report;

import org.jspecify.annotations.NullMarked;
