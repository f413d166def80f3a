/** Which rows are superseded. */
@NullMarked
package dev.firn.dv;

import org.jspecify.annotations.NullMarked;
