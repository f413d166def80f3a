package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrecedenceTest {

    /** Markers are written sink:checkpoint:incarnation; the committed one's predecessor is p:9:x. */
    @ParameterizedTest(name = "{2} on a table with {0}, restored from {1}")
    @CsvSource({
        "    ,     , s:1:i, NEXT",
        "s:4:i,    , s:5:i, NEXT",
        "s:5:i,    , s:5:i, COMMITTED",
        "s:6:i,    , s:5:i, COMMITTED",
        "s:4:h,    , s:5:i, NEXT",
        "s:5:h,    , s:5:i, STALE",
        "s:6:h,    , s:5:i, STALE",
        "o:1:h,    , s:5:i, STALE",
        "p:9:x,    , s:1:i, NEXT",
        "p:9:x,    , s:99:i, NEXT",
        "p:9:y,    , s:1:i, STALE",
        "p:10:x,   , s:1:i, STALE",
        "    , 5   , s:5:i, NEXT",
        "s:5:i, 5  , s:5:i, COMMITTED",
        "s:5:i, 5  , s:4:i, COMMITTED",
        "s:4:i, 5  , s:5:i, NEXT",
        "s:6:i, 5  , s:5:i, STALE",
        "s:6:h, 5  , s:5:i, STALE",
        "p:9:x, 5  , s:5:i, NEXT",
        "o:9:x, 5  , s:5:i, STALE",
    })
    void aCommitStandsToTheTableAs(String table, Long restored, String commit, Precedence expected) {
        CheckpointChanges changes = new CheckpointChanges(marker(commit), Optional.of(marker("p:9:x")), List.of());
        Optional<Marker> held = Optional.ofNullable(table).map(PrecedenceTest::marker);

        assertThat(restored == null ? Precedence.of(changes, held) : Precedence.ofRestored(changes, restored, held))
                .isEqualTo(expected);
    }

    private static Marker marker(String text) {
        return Marker.parse("1:" + text);
    }
}
