package dev.firn.e2e;

import dev.firn.e2e.Change.RowKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/**
 * All that a feed has told, in the order in which it did, exactly once: what a failure takes back is forgotten. The
 * rows live in this JVM and are found again by the id that is shipped with the job. Thread-safe.
 */
final class Told implements Serializable {

    private static final Map<String, Rows> ROWS = new ConcurrentHashMap<>();

    private final String id = UUID.randomUUID().toString();

    /** What one snapshot did to one row. */
    record Tale(long snapshot, Change change) {}

    private static final class Rows {
        private final Signal grew = new Signal();
        private final List<RowData> rows = new ArrayList<>();

        synchronized int count() {
            return rows.size();
        }

        synchronized List<RowData> all() {
            return List.copyOf(rows);
        }

        synchronized void restore(Iterable<RowData> restored) {
            rows.clear();
            restored.forEach(rows::add);
        }

        void add(RowData row) {
            synchronized (this) {
                rows.add(row);
            }
            grew.happened();
        }
    }

    Told() {
        ROWS.put(id, new Rows());
    }

    private Rows rows() {
        return Objects.requireNonNull(ROWS.get(id));
    }

    /** Waits until so many rows were told. */
    void awaitRows(int count) throws InterruptedException {
        Rows rows = rows();
        rows.grew.await(() -> rows.count() >= count);
    }

    int count() {
        return rows().count();
    }

    /** By key, in the order in which it was told. */
    Map<RowKey, List<Tale>> byKey() {
        Map<RowKey, List<Tale>> tales = new LinkedHashMap<>();
        for (RowData row : rows().all()) {
            Tale tale = tale(row);
            tales.computeIfAbsent(tale.change().key(), key -> new ArrayList<>()).add(tale);
        }
        return tales;
    }

    private static Tale tale(RowData row) {
        RowKey key = new RowKey(row.getString(0).toString(), row.getLong(1));
        String value = row.isNullAt(2) ? null : row.getString(2).toString();
        return new Tale(row.getLong(3), new Change(row.getRowKind(), key, value));
    }

    /**
     * Stands behind the feed, with parallelism 1.
     *
     * @param type of rows of a {@link Change} and the id of its snapshot
     */
    RichMapFunction<RowData, RowData> map(TypeInformation<RowData> type) {
        return new Listener(this, type);
    }

    private static final class Listener extends RichMapFunction<RowData, RowData> implements CheckpointedFunction {

        private final Told told;
        private final TypeInformation<RowData> type;
        private transient @Nullable ListState<RowData> state;

        Listener(Told told, TypeInformation<RowData> type) {
            this.told = told;
            this.type = type;
        }

        @Override
        public RowData map(RowData row) {
            told.rows().add(row);
            return row;
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) throws Exception {
            Objects.requireNonNull(state).update(told.rows().all());
        }

        @Override
        public void initializeState(FunctionInitializationContext context) throws Exception {
            ListState<RowData> restored =
                    context.getOperatorStateStore().getListState(new ListStateDescriptor<>("told", type));
            told.rows().restore(restored.get());
            state = restored;
        }
    }
}
