package dev.firn.iceberg;

import java.util.Map;
import java.util.Optional;

/**
 * Names the commit of one checkpoint of one sink. The newest one stands in a table property, each snapshot's own in its
 * summary.
 *
 * <p>Checkpoint ids recur after a restore from an older savepoint, so a commit is named by its {@code incarnation} as
 * well: a fresh id for each start of the job's commit aggregator. Within one incarnation checkpoint ids only grow and
 * are committed in order; so a table whose marker has the same incarnation and an equal or higher checkpoint id holds
 * the commit already.
 *
 * @param sinkId identity of the sink, the same for as long as its state lives
 * @param checkpointId Flink's checkpoint id
 * @param incarnation identity of the run that emitted the commit
 */
public record Marker(String sinkId, long checkpointId, String incarnation) {

    static final String PROPERTY = "firn.committed";
    private static final String SINK = "firn.sink-id";
    private static final String CHECKPOINT = "firn.checkpoint-id";
    private static final String INCARNATION = "firn.incarnation";
    private static final String VERSION = "1";

    /** Whether a table that carries this marker holds what {@code other} names. */
    boolean covers(Marker other) {
        return sinkId.equals(other.sinkId)
                && incarnation.equals(other.incarnation)
                && checkpointId >= other.checkpointId;
    }

    public static Optional<Marker> ofProperties(Map<String, String> tableProperties) {
        return Optional.ofNullable(tableProperties.get(PROPERTY)).map(Marker::parse);
    }

    static Optional<Marker> ofSummary(Map<String, String> summary) {
        String sinkId = summary.get(SINK);
        String checkpointId = summary.get(CHECKPOINT);
        String incarnation = summary.get(INCARNATION);
        return sinkId == null || checkpointId == null || incarnation == null
                ? Optional.empty()
                : Optional.of(new Marker(sinkId, Long.parseLong(checkpointId), incarnation));
    }

    Map<String, String> toSummary() {
        return Map.of(SINK, sinkId, CHECKPOINT, Long.toString(checkpointId), INCARNATION, incarnation);
    }

    public String toProperty() {
        return String.join(":", VERSION, sinkId, Long.toString(checkpointId), incarnation);
    }

    /**
     * Reads what {@link #toProperty} wrote.
     *
     * @throws IllegalStateException if it was not written so
     */
    public static Marker parse(String property) {
        String[] parts = property.split(":", -1);
        if (parts.length != 4 || !parts[0].equals(VERSION) || !parts[2].matches("\\d{1,18}")) {
            throw new IllegalStateException("Table property '" + PROPERTY + "' is not readable: '" + property
                    + "'. It was written by a newer version of Firn, or by hand; restore the value that the"
                    + " table's metadata log has for it.");
        }
        return new Marker(parts[1], Long.parseLong(parts[2]), parts[3]);
    }
}
