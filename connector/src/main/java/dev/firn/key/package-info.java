/** A primary key as order-preserving bytes. */
@NullMarked
package dev.firn.key;

import org.jspecify.annotations.NullMarked;
