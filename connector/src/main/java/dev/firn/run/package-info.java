/** One immutable Parquet file, sorted by primary key. */
@NullMarked
package dev.firn.run;

import org.jspecify.annotations.NullMarked;
