package dev.firn.sink;

import dev.firn.iceberg.Marker;
import java.util.Optional;

/**
 * Who a sink is, kept in its state.
 *
 * @param sinkId the same for as long as the sink's state lives
 * @param predecessor the marker that the table carried when the sink was first started, which it may take over from
 */
record SinkIdentity(String sinkId, Optional<Marker> predecessor) {

    private static final String SEPARATOR = "/";

    String toText() {
        return sinkId + SEPARATOR + predecessor.map(Marker::toProperty).orElse("");
    }

    static SinkIdentity parse(String text) {
        int separator = text.indexOf(SEPARATOR);
        String marker = text.substring(separator + 1);
        return new SinkIdentity(
                text.substring(0, separator), marker.isEmpty() ? Optional.empty() : Optional.of(Marker.parse(marker)));
    }
}
