/** Real Flink jobs that write real tables, are disturbed on the way, and end as if nothing had happened. */
@NullMarked
package dev.firn.e2e;

import org.jspecify.annotations.NullMarked;
