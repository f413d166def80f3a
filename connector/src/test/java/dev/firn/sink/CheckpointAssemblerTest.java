package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.iceberg.CheckpointChanges;
import dev.firn.iceberg.Marker;
import dev.firn.iceberg.WriterChanges;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CheckpointAssemblerTest {

    private static final Marker PREDECESSOR = new Marker("predecessor", 7, "run");
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(1_234_567));
    private static final WriterChanges CHANGES = new WriterChanges("w", 0, List.of(), Map.of(), List.of(), List.of());

    private final CheckpointAssembler assembler =
            new CheckpointAssembler(new SinkIdentity("sink", Optional.of(PREDECESSOR)), 0, CLOCK);

    @Test
    void everyBarrierGivesOneCommittableAnEmptyOneToo() {
        assembler.add(CHANGES);
        assembler.add(CHANGES);
        CheckpointChanges first = assembler.atBarrier(1).orElseThrow();
        CheckpointChanges second = assembler.atBarrier(2).orElseThrow();

        assertThat(first.writers()).containsExactly(CHANGES, CHANGES);
        assertThat(first.marker().sinkId()).isEqualTo("sink");
        assertThat(first.marker().checkpointId()).isEqualTo(1);
        assertThat(first.predecessor()).contains(PREDECESSOR);
        assertThat(first.barrierMillis()).hasValue(1_234_567);
        assertThat(second.writers()).isEmpty();
        assertThat(second.marker().incarnation()).isEqualTo(first.marker().incarnation());
    }

    @Test
    void endOfInputGivesTheRestUnderTheNextIdAndTheBarrierOfThatIdNothing() {
        assembler.atBarrier(4);
        assembler.add(CHANGES);
        CheckpointChanges rest = assembler.atEndOfInput().orElseThrow();

        assertThat(rest.marker().checkpointId()).isEqualTo(5);
        assertThat(rest.writers()).containsExactly(CHANGES);
        assertThat(assembler.atBarrier(5)).isEmpty();
        assertThat(assembler.atBarrier(6)).isPresent();
    }

    @Test
    void endOfInputWithoutARestGivesNothing() {
        assembler.atBarrier(4);

        assertThat(assembler.atEndOfInput()).isEmpty();
        assertThat(assembler.atBarrier(5)).isPresent();
    }

    @Test
    void aRestoredRunNeverUsesTheIdThatItWasRestoredFrom() {
        SinkIdentity sink = new SinkIdentity("sink", Optional.empty());
        CheckpointAssembler restored = new CheckpointAssembler(sink, 9, CLOCK);
        restored.add(CHANGES);

        assertThat(restored.atEndOfInput().orElseThrow().marker().checkpointId())
                .isEqualTo(10);
    }

    @Test
    void eachRunHasAnIncarnationOfItsOwn() {
        SinkIdentity sink = new SinkIdentity("sink", Optional.empty());

        assertThat(new CheckpointAssembler(sink, 0, CLOCK)
                        .atBarrier(1)
                        .orElseThrow()
                        .marker())
                .isNotEqualTo(new CheckpointAssembler(sink, 0, CLOCK)
                        .atBarrier(1)
                        .orElseThrow()
                        .marker());
    }

    @Test
    void aSinksIdentityIsTheTextThatItWas() {
        assertThat(new SinkIdentity("sink", Optional.of(PREDECESSOR)).toText()).isEqualTo("sink/1:predecessor:7:run");
        assertThat(new SinkIdentity("sink", Optional.empty()).toText()).isEqualTo("sink/");
    }

    @Test
    void aSinksIdentityIsReadAsItWasWritten() {
        for (SinkIdentity identity : List.of(
                new SinkIdentity("sink", Optional.of(PREDECESSOR)), new SinkIdentity("sink", Optional.empty()))) {
            assertThat(SinkIdentity.parse(identity.toText())).isEqualTo(identity);
        }
    }
}
