package dev.firn.compaction;

/** When runs are merged; see {@link CompactionPicker} for what each costs. */
public enum CompactionStrategy {

    /** Each level but 0 is one sorted run: a key is looked for in few files. */
    LEVELED,

    /** Runs may overlap, and are merged for the sake of dead rows: the fewest bytes written. */
    TIERED
}
