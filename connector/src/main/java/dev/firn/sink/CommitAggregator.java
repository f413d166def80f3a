package dev.firn.sink;

import dev.firn.iceberg.CheckpointChanges;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.WriterChanges;
import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableSummary;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.iceberg.flink.TableLoader;
import org.jspecify.annotations.Nullable;

/** The operator between writers and committer; runs once per sink and keeps the sink's identity in its state. */
final class CommitAggregator extends AbstractStreamOperator<CommittableMessage<CheckpointChanges>>
        implements OneInputStreamOperator<CommittableMessage<WriterChanges>, CommittableMessage<CheckpointChanges>>,
                BoundedOneInput {

    private static final ListStateDescriptor<String> IDENTITY =
            new ListStateDescriptor<>("firn-sink-identity", StringSerializer.INSTANCE);

    private final TableLoader tableLoader;
    private transient @Nullable CheckpointAssembler assembler;

    CommitAggregator(TableLoader tableLoader) {
        this.tableLoader = tableLoader;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        ListState<String> state = context.getOperatorStateStore().getListState(IDENTITY);
        Iterator<String> restored = state.get().iterator();
        SinkIdentity sink = restored.hasNext() ? SinkIdentity.parse(restored.next()) : newSink();
        state.update(List.of(sink.toText()));
        assembler =
                new CheckpointAssembler(sink, context.getRestoredCheckpointId().orElse(0), this::now);
    }

    private Instant now() {
        return Instant.ofEpochMilli(getProcessingTimeService().getCurrentProcessingTime());
    }

    private SinkIdentity newSink() throws IOException {
        try (FirnTable table = FirnTable.open(tableLoader)) {
            return new SinkIdentity(UUID.randomUUID().toString(), table.marker());
        }
    }

    @Override
    public void processElement(StreamRecord<CommittableMessage<WriterChanges>> element) {
        if (element.getValue() instanceof CommittableWithLineage<WriterChanges> changes) {
            assembler().add(changes.getCommittable());
        }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        super.prepareSnapshotPreBarrier(checkpointId);
        assembler().atBarrier(checkpointId).ifPresent(this::emit);
    }

    @Override
    public void endInput() {
        assembler().atEndOfInput().ifPresent(this::emit);
    }

    private void emit(CheckpointChanges changes) {
        long checkpointId = changes.marker().checkpointId();
        output.collect(new StreamRecord<>(new CommittableSummary<>(0, 1, checkpointId, 1, 0)));
        output.collect(new StreamRecord<>(new CommittableWithLineage<>(changes, checkpointId, 0)));
    }

    private CheckpointAssembler assembler() {
        return Objects.requireNonNull(assembler, "initializeState comes first");
    }
}
