package dev.firn.iceberg;

import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.TableMetadata;

/**
 * How large a table is, as its metadata say without reading another file.
 *
 * @param snapshots all that are kept
 * @param files data files of the current snapshot; so are the other figures
 * @param rows dead ones included
 * @param deadRows those that deletion vectors mark
 * @param manifests 0 if whoever committed the snapshot did not say
 */
public record TableFigures(long snapshots, long files, long fileBytes, long rows, long deadRows, long manifests) {

    static final TableFigures NONE = new TableFigures(0, 0, 0, 0, 0, 0);

    private static final String MANIFESTS_CREATED = "manifests-created";
    private static final String MANIFESTS_KEPT = "manifests-kept";

    static TableFigures of(TableMetadata metadata) {
        Snapshot current = metadata.currentSnapshot();
        Map<String, String> summary = current == null ? Map.of() : current.summary();
        return new TableFigures(
                metadata.snapshots().size(),
                number(summary, SnapshotSummary.TOTAL_DATA_FILES_PROP),
                number(summary, SnapshotSummary.TOTAL_FILE_SIZE_PROP),
                number(summary, SnapshotSummary.TOTAL_RECORDS_PROP),
                number(summary, SnapshotSummary.TOTAL_POS_DELETES_PROP),
                number(summary, MANIFESTS_CREATED) + number(summary, MANIFESTS_KEPT));
    }

    /** Other engines may leave a figure out, or write what they like. */
    private static long number(Map<String, String> summary, String property) {
        String value = summary.getOrDefault(property, "0");
        return value.matches("\\d{1,18}") ? Long.parseLong(value) : 0;
    }
}
