package dev.firn.feed;

import java.util.List;
import org.apache.flink.api.connector.source.SourceEvent;

/** What a reader tells the enumerator. */
sealed interface ReaderEvent extends SourceEvent {

    /**
     * It has started, and may get splits.
     *
     * @param held what it was restored with
     */
    record Started(List<LaneAssigner.Held> held) implements ReaderEvent {

        public Started {
            held = List.copyOf(held);
        }
    }

    /** Every row of these splits was passed on. */
    record Read(List<Long> ordinals) implements ReaderEvent {

        public Read {
            ordinals = List.copyOf(ordinals);
        }
    }
}
