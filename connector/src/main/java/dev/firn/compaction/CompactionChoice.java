package dev.firn.compaction;

import dev.firn.key.Key;
import java.util.List;

/** What to do next with the files of one bucket. */
public sealed interface CompactionChoice {

    /** No file needs anything that can be done now. */
    record Nothing() implements CompactionChoice {}

    /** The file counts to another level from now on. Nothing is rewritten and nothing persisted. */
    record Move(String location, int outputLevel) implements CompactionChoice {}

    /**
     * The inputs' live rows go to new files of the output level, and the inputs go.
     *
     * @param inputs locations, in order of their lowest keys
     * @param cuts ascending; each is the lowest key of a sub-range that can be merged by itself, into files of its own.
     *     The first sub-range begins ahead of the first cut; empty where one is enough
     */
    record Merge(List<String> inputs, int outputLevel, List<Key> cuts, Reason reason) implements CompactionChoice {

        public Merge {
            inputs = List.copyOf(inputs);
            cuts = List.copyOf(cuts);
        }
    }

    /** All rows of the file are dead: it goes without being read. */
    record Drop(String location) implements CompactionChoice {}

    /** Why files are merged; for logs and metrics. */
    enum Reason {
        /** Too many runs hold one key range. */
        RUNS,
        /** A level holds more than its target. */
        LEVEL_SIZE,
        /** Dead rows take too much space. */
        DEAD_ROWS,
        /** Neighbours are small. */
        SMALL_FILES,
        /** A row should have been dropped by now. */
        EXPIRED,
        /** A file overlaps more than one merge may take on, so it is cut into narrower ones. */
        WIDE_FILE,
        /** The file is in a partition of an older spec. */
        OLDER_SPEC
    }
}
