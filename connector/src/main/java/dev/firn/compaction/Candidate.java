package dev.firn.compaction;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * A need for compaction.
 *
 * @param score 1 where it begins to be one, and growing without bound as long as nothing is done
 * @param choice empty if nothing can be done about it now
 */
record Candidate(double score, Supplier<Optional<CompactionChoice>> choice) {}
