package dev.firn.sink;

import java.util.List;
import java.util.Locale;

/**
 * What one checkpoint of a {@link Soak} cost, and what the table was after it.
 *
 * @param rows upserts since the last checkpoint
 */
record SoakSample(int checkpoint, int rows, Cost cost, TableShape table, Footprint footprint) {

    static final String CSV_HEADER =
            "checkpoint,rows,flush_ms,commit_ms,flush_bytes,compaction_bytes,dv_bytes,dv_files,"
                    + "data_files,live_rows,total_rows,live_bytes,total_bytes,index_bytes,heap_bytes";

    /**
     * @param flushMillis of {@code prepareCommit} of all writers, one after the other
     * @param commitMillis of the commit, which writes the deletion vectors
     */
    record Cost(double flushMillis, double commitMillis, Written written) {}

    /**
     * Bytes that the checkpoint's snapshots added.
     *
     * @param flushBytes data files of new rows
     * @param compactionBytes data files of merged rows
     * @param vectorBytes the deletion vectors' own, without their Puffin files' frames
     */
    record Written(long flushBytes, long compactionBytes, long vectorBytes, int vectors) {}

    /**
     * The data files of the current snapshot.
     *
     * @param liveBytes of each file the share that its live rows have in its rows
     */
    record TableShape(int files, long liveRows, long totalRows, double liveBytes, long totalBytes) {

        double liveShare() {
            return totalBytes == 0 ? 1 : liveBytes / totalBytes;
        }
    }

    /**
     * @param indexBytes of all local key indexes
     * @param heapBytes in use after a collection; NaN where none was asked for
     */
    record Footprint(long indexBytes, double heapBytes) {}

    static String csv(List<SoakSample> samples) {
        StringBuilder csv = new StringBuilder(CSV_HEADER).append('\n');
        samples.forEach(sample -> csv.append(sample.csvLine()).append('\n'));
        return csv.toString();
    }

    private String csvLine() {
        Written written = cost.written();
        return String.format(
                Locale.ROOT,
                "%d,%d,%.1f,%.1f,%d,%d,%d,%d,%d,%d,%d,%.0f,%d,%d,%s",
                checkpoint,
                rows,
                cost.flushMillis(),
                cost.commitMillis(),
                written.flushBytes(),
                written.compactionBytes(),
                written.vectorBytes(),
                written.vectors(),
                table.files(),
                table.liveRows(),
                table.totalRows(),
                table.liveBytes(),
                table.totalBytes(),
                footprint.indexBytes(),
                Double.isNaN(footprint.heapBytes()) ? "" : String.format(Locale.ROOT, "%.0f", footprint.heapBytes()));
    }
}
