package dev.firn.e2e;

import dev.firn.iceberg.FaultyCatalog.Fault;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.java.typeutils.ValueTypeInfo;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.table.data.RowData;
import org.apache.flink.types.CopyableValue;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong in a job: each failure once, counted over all its attempts. The counts live in this JVM and are found
 * again by the id that is shipped with the job. Thread-safe.
 */
final class Trouble implements Serializable {

    private static final Map<String, Script> SCRIPTS = new ConcurrentHashMap<>();

    private final String id = UUID.randomUUID().toString();

    /** Says that it was meant. */
    static final class InjectedFailure extends RuntimeException {
        InjectedFailure(String message) {
            super(message);
        }
    }

    private static final class Script {
        final Countdown rows = new Countdown("row");
        final Countdown barriers = new Countdown("barrier");
        final Countdown uploads = new Countdown("upload");
        final Countdown completions = new Countdown("completed checkpoint");
        final Map<Long, Fault> commitFaults = new ConcurrentHashMap<>();
        final AtomicLong commits = new AtomicLong();
        final Signal passed = new Signal();
        final Signal landed = new Signal();
    }

    private static final class Countdown {
        private final String what;
        private final AtomicLong seen = new AtomicLong();
        private final NavigableSet<Long> failures = new ConcurrentSkipListSet<>();

        Countdown(String what) {
            this.what = what;
        }

        void next() {
            long count = seen.incrementAndGet();
            if (failures.remove(count)) {
                throw new InjectedFailure("injected failure at " + what + " " + count);
            }
        }
    }

    private Trouble() {
        SCRIPTS.put(id, new Script());
    }

    static Trouble none() {
        return new Trouble();
    }

    private Script script() {
        return Objects.requireNonNull(SCRIPTS.get(id));
    }

    /** The task ahead of the sink fails when it has seen so many rows. */
    Trouble atRows(long... counts) {
        for (long count : counts) {
            script().rows.failures.add(count);
        }
        return this;
    }

    /** The task ahead of the sink fails in its part of a checkpoint, when the barrier has already gone past it. */
    Trouble atBarriers(long... counts) {
        for (long count : counts) {
            script().barriers.failures.add(count);
        }
        return this;
    }

    /** The checkpoint fails, and nothing else: the state of the task ahead of the sink cannot be written. */
    Trouble atUploads(long... counts) {
        for (long count : counts) {
            script().uploads.failures.add(count);
        }
        return this;
    }

    /** The task ahead of the sink fails when it hears that a checkpoint is complete, while the sink commits it. */
    Trouble atCompletions(long... counts) {
        for (long count : counts) {
            script().completions.failures.add(count);
        }
        return this;
    }

    /** @param commit counts attempts, from 1 */
    Trouble atCommit(long commit, Fault fault) {
        script().commitFaults.put(commit, fault);
        return this;
    }

    @Nullable Fault nextCommit() {
        return script().commitFaults.remove(script().commits.incrementAndGet());
    }

    /** Says that the table has changed. */
    void committed() {
        script().landed.happened();
    }

    /** Waits until a condition holds, which can change with a commit only. */
    void awaitCommit(BooleanSupplier condition) throws InterruptedException {
        script().landed.await(condition);
    }

    /** Waits until so many rows have passed, over all attempts. */
    void awaitRows(long rows) throws InterruptedException {
        Script script = script();
        script.passed.await(() -> script.rows.seen.get() >= rows);
    }

    /** How many failures were scripted and did not come about. */
    int left() {
        Script script = script();
        return script.rows.failures.size()
                + script.barriers.failures.size()
                + script.uploads.failures.size()
                + script.completions.failures.size()
                + script.commitFaults.size();
    }

    /** Stands ahead of the sink. */
    RichMapFunction<RowData, RowData> map() {
        return new FailingMap(this);
    }

    private static final class FailingMap extends RichMapFunction<RowData, RowData>
            implements CheckpointedFunction, CheckpointListener {

        private final Trouble trouble;

        FailingMap(Trouble trouble) {
            this.trouble = trouble;
        }

        @Override
        public RowData map(RowData row) {
            trouble.script().rows.next();
            trouble.script().passed.happened();
            return row;
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) {
            trouble.script().barriers.next();
        }

        @Override
        public void initializeState(FunctionInitializationContext context) throws Exception {
            ListState<StubbornState> state = context.getOperatorStateStore()
                    .getListState(new ListStateDescriptor<>("stubborn", new ValueTypeInfo<>(StubbornState.class)));
            state.update(List.of(new StubbornState(trouble.id)));
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            trouble.script().completions.next();
        }
    }

    /** State that is written in the background, and at times cannot be. */
    public static final class StubbornState implements CopyableValue<StubbornState> {

        private String id;

        public StubbornState() {
            this("");
        }

        StubbornState(String id) {
            this.id = id;
        }

        @Override
        public void write(DataOutputView out) throws IOException {
            Script script = SCRIPTS.get(id);
            if (script != null) {
                script.uploads.next();
            }
            out.writeUTF(id);
        }

        @Override
        public void read(DataInputView in) throws IOException {
            id = in.readUTF();
        }

        @Override
        public int getBinaryLength() {
            return -1;
        }

        @Override
        public void copyTo(StubbornState target) {
            target.id = id;
        }

        @Override
        public StubbornState copy() {
            return new StubbornState(id);
        }

        @Override
        public void copy(DataInputView source, DataOutputView target) throws IOException {
            target.writeUTF(source.readUTF());
        }
    }
}
