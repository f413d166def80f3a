/** The SQL spelling of Firn's tables: options, and what the planner asks of a sink and a source. */
@NullMarked
package dev.firn.table;

import org.jspecify.annotations.NullMarked;
