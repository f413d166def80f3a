/** Rows as columns: vectors of what Parquet stores, on their way into its pages and out of them. */
@NullMarked
package dev.firn.columns;

import org.jspecify.annotations.NullMarked;
