package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkerTest {

    private static final Marker MARKER = new Marker("sink", 42, "run");

    @Test
    void aPropertyTellsWhatWasWritten() {
        assertThat(Marker.parse(MARKER.toProperty())).isEqualTo(MARKER);
        assertThat(Marker.ofProperties(Map.of(Marker.PROPERTY, "1:sink:42:run")))
                .contains(MARKER);
        assertThat(Marker.ofProperties(Map.of("other", "1:sink:42:run"))).isEmpty();
    }

    @Test
    void propertyAndSummaryAreWhatTheyWere() {
        assertThat(Marker.PROPERTY).isEqualTo("firn.committed");
        assertThat(MARKER.toProperty()).isEqualTo("1:sink:42:run");
        assertThat(MARKER.toSummary())
                .isEqualTo(Map.of("firn.sink-id", "sink", "firn.checkpoint-id", "42", "firn.incarnation", "run"));
    }

    @Test
    void aSummaryTellsWhatWasWritten() {
        assertThat(Marker.ofSummary(MARKER.toSummary())).contains(MARKER);
        assertThat(Marker.ofSummary(Map.of("firn.sink-id", "sink"))).isEmpty();
        assertThat(Marker.ofSummary(Map.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2:sink:42:run", "1:sink:42", "1:sink:42:run:more", "1:sink:many:run"})
    void anUnreadablePropertyIsAnErrorThatNamesItAndARemedy(String property) {
        assertThatThrownBy(() -> Marker.parse(property))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Marker.PROPERTY)
                .hasMessageContaining("'" + property + "'")
                .hasMessageContaining("metadata log");
    }

    @Test
    void aMarkerCoversTheSameIncarnationUpToItsCheckpoint() {
        assertThat(MARKER.covers(new Marker("sink", 42, "run"))).isTrue();
        assertThat(MARKER.covers(new Marker("sink", 41, "run"))).isTrue();
        assertThat(MARKER.covers(new Marker("sink", 43, "run"))).isFalse();
        assertThat(MARKER.covers(new Marker("sink", 41, "other run"))).isFalse();
        assertThat(MARKER.covers(new Marker("other sink", 41, "run"))).isFalse();
    }
}
