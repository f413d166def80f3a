package dev.firn.compaction;

/** When runs are merged; see {@link CompactionPicker} for what each costs. */
public enum CompactionStrategy {

    /** Each level but 0 is one sorted run: a key is looked for in few files. */
    LEVELED,

    /**
     * Only the last level is one sorted run, those above it collect some before they are merged: fewer bytes written.
     */
    TIERED
}
