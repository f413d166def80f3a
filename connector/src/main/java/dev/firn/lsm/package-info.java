/** One bucket's LSM tree, and nothing above a bucket. */
@NullMarked
package dev.firn.lsm;

import org.jspecify.annotations.NullMarked;
