/** The quick start and what else shows Firn at work. */
@NullMarked
package dev.firn.examples;

import org.jspecify.annotations.NullMarked;
