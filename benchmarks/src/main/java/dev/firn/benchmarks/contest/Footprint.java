package dev.firn.benchmarks.contest;

/**
 * What a table takes up.
 *
 * @param liveBytes of the files that a reader of the current state needs
 * @param dataFiles of the current state
 * @param deleteFiles of the current state
 */
record Footprint(long liveBytes, long dataFiles, long deleteFiles) {

    static final Footprint NONE = new Footprint(0, 0, 0);
}
