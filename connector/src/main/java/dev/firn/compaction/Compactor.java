package dev.firn.compaction;

import dev.firn.index.RunStore;
import dev.firn.run.LineageReader;

/** How one bucket's runs are merged: what its jobs share. */
public record Compactor(RunStore store, LineageReader reader, RateLimiter limiter, RowFilter filter) {}
