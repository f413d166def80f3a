package dev.firn.e2e;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/**
 * Plays a changelog, from one reader and in order. Each completed checkpoint lets the next portion through, so how many
 * checkpoints a run takes does not depend on how fast anything is.
 */
final class ChangelogSource implements Source<RowData, ChangelogSource.Position, Boolean> {

    private final Changelog changelog;
    private final Range range;

    /**
     * How much is played.
     *
     * @param until position behind the last change
     * @param perCheckpoint changes between two completed checkpoints
     * @param then what happens at {@code until}
     */
    record Range(int until, int perCheckpoint, Then then) implements Serializable {}

    enum Then {
        FINISH,
        WAIT
    }

    ChangelogSource(Changelog changelog, Range range) {
        this.changelog = changelog;
        this.range = range;
    }

    /** The one split: how many changes were played. */
    record Position(int next) implements SourceSplit {

        @Override
        public String splitId() {
            return "changelog";
        }
    }

    @Override
    public Boundedness getBoundedness() {
        return range.then() == Then.FINISH ? Boundedness.BOUNDED : Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<RowData, Position> createReader(SourceReaderContext context) {
        return new Reader(changelog.changes(), range);
    }

    @Override
    public SplitEnumerator<Position, Boolean> createEnumerator(SplitEnumeratorContext<Position> context) {
        return new Enumerator(context, false);
    }

    @Override
    public SplitEnumerator<Position, Boolean> restoreEnumerator(
            SplitEnumeratorContext<Position> context, Boolean assigned) {
        return new Enumerator(context, assigned);
    }

    @Override
    public SimpleVersionedSerializer<Position> getSplitSerializer() {
        return new IntSerializer<>() {
            @Override
            int toInt(Position position) {
                return position.next();
            }

            @Override
            Position fromInt(int value) {
                return new Position(value);
            }
        };
    }

    @Override
    public SimpleVersionedSerializer<Boolean> getEnumeratorCheckpointSerializer() {
        return new IntSerializer<>() {
            @Override
            int toInt(Boolean assigned) {
                return assigned ? 1 : 0;
            }

            @Override
            Boolean fromInt(int value) {
                return value == 1;
            }
        };
    }

    private abstract static class IntSerializer<T> implements SimpleVersionedSerializer<T> {

        abstract int toInt(T value);

        abstract T fromInt(int value);

        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(T value) {
            return ByteBuffer.allocate(Integer.BYTES).putInt(toInt(value)).array();
        }

        @Override
        public T deserialize(int version, byte[] serialized) {
            return fromInt(ByteBuffer.wrap(serialized).getInt());
        }
    }

    private static final class Enumerator implements SplitEnumerator<Position, Boolean> {

        private final SplitEnumeratorContext<Position> context;
        private final List<Position> unassigned = new ArrayList<>();

        Enumerator(SplitEnumeratorContext<Position> context, boolean assigned) {
            this.context = context;
            if (!assigned) {
                unassigned.add(new Position(0));
            }
        }

        @Override
        public void start() {}

        @Override
        public void handleSplitRequest(int subtask, @Nullable String host) {}

        @Override
        public void addSplitsBack(List<Position> splits, int subtask) {
            unassigned.addAll(splits);
        }

        @Override
        public void addReader(int subtask) {
            unassigned.forEach(split -> context.assignSplit(split, subtask));
            unassigned.clear();
        }

        @Override
        public Boolean snapshotState(long checkpointId) {
            return unassigned.isEmpty();
        }

        @Override
        public void close() {}
    }

    private static final class Reader implements SourceReader<RowData, Position> {

        private final List<Change> changes;
        private final Range range;
        private int next = -1;
        private int allowance;
        private CompletableFuture<Void> available = new CompletableFuture<>();

        Reader(List<Change> changes, Range range) {
            this.changes = changes;
            this.range = range;
            this.allowance = range.perCheckpoint();
        }

        @Override
        public void start() {}

        @Override
        public InputStatus pollNext(ReaderOutput<RowData> output) {
            if (next < 0) {
                return idle();
            }
            if (next >= range.until()) {
                return range.then() == Then.FINISH ? InputStatus.END_OF_INPUT : idle();
            }
            if (allowance == 0) {
                return idle();
            }
            allowance--;
            output.collect(changes.get(next++).row());
            return InputStatus.MORE_AVAILABLE;
        }

        private InputStatus idle() {
            if (available.isDone()) {
                available = new CompletableFuture<>();
            }
            return InputStatus.NOTHING_AVAILABLE;
        }

        @Override
        public List<Position> snapshotState(long checkpointId) {
            return next < 0 ? List.of() : List.of(new Position(next));
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return available;
        }

        @Override
        public void addSplits(List<Position> splits) {
            next = splits.get(0).next();
            available.complete(null);
        }

        @Override
        public void notifyNoMoreSplits() {}

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            allowance = range.perCheckpoint();
            available.complete(null);
        }

        @Override
        public void close() {}
    }
}
