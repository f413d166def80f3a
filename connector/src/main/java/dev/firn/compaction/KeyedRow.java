package dev.firn.compaction;

import dev.firn.key.Key;
import org.apache.iceberg.StructLike;

/** @param position in the input */
record KeyedRow(Key key, long position, StructLike row) {}
