/** Reaches what Iceberg keeps to itself. */
@NullMarked
package org.apache.iceberg.rest;

import org.jspecify.annotations.NullMarked;
