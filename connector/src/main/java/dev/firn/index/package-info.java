/** Where a key's row is: local, disposable indexes of run files. */
@NullMarked
package dev.firn.index;

import org.jspecify.annotations.NullMarked;
