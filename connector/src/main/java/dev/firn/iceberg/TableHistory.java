package dev.firn.iceberg;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.ManageSnapshots;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * An open Iceberg table that is read snapshot by snapshot, as of its last {@link #refresh}: any table of format version
 * 3 with a primary key, whoever writes it. One thread at a time.
 */
public final class TableHistory implements Closeable {

    private static final String CONSUMER_TAG = "firn-consumer-";

    private final TableLoader loader;
    private final Table table;
    private final UUID uuid;
    private final List<String> primaryKey;

    private TableHistory(TableLoader loader, Table table) {
        this.loader = loader;
        this.table = table;
        this.uuid = table.uuid();
        this.primaryKey = TableLayout.primaryKeyOf(table);
    }

    /**
     * One step of the table's main branch.
     *
     * @param compaction whether the rows are those of the snapshot before
     */
    public record Step(SnapshotStamp snapshot, boolean compaction) {}

    /** @throws UnsupportedTableException if the table has no primary key or an old format */
    public static TableHistory open(TableLoader loader) {
        TableLoader own = loader.clone();
        try {
            own.open();
            return new TableHistory(own, own.loadTable());
        } catch (RuntimeException e) {
            FirnTable.closeAfter(e, own);
            throw e;
        }
    }

    /** @throws TableGoneException if the table was dropped, or another one has its name now */
    public void refresh() {
        try {
            table.refresh();
        } catch (RuntimeException e) {
            checkStillThere();
            throw e;
        }
        if (!uuid.equals(table.uuid())) {
            throw replaced();
        }
    }

    /** Catalogs tell in many ways that they cannot refresh a table, but in one that there is none to load. */
    private void checkStillThere() {
        Table now;
        try {
            now = loader.loadTable();
        } catch (NoSuchTableException e) {
            throw new TableGoneException("Table " + table.name() + " was dropped while it was read. Stop this job, or"
                    + " create the table again and start the job without its state.");
        }
        if (!uuid.equals(now.uuid())) {
            throw replaced();
        }
    }

    /** @throws TableGoneException if the table is not the one with this identity */
    public void checkUuid(String expected) {
        if (!uuid().equals(expected)) {
            throw replaced();
        }
    }

    private TableGoneException replaced() {
        return new TableGoneException("Table " + table.name() + " was replaced by another table of the same name while"
                + " it was read: its identity is no longer " + uuid
                + ". Start the job without its state to read the new"
                + " one.");
    }

    public String name() {
        return table.name();
    }

    /** The table's identity for as long as it exists, renamed or not. */
    public String uuid() {
        return uuid.toString();
    }

    public Schema schema() {
        return table.schema();
    }

    /** The identifier fields' names in declared order. */
    public List<String> primaryKey() {
        return primaryKey;
    }

    /** Every partition spec that the table ever had, by id. */
    public Map<Integer, PartitionSpec> specs() {
        return Map.copyOf(table.specs());
    }

    public PartitionSpec spec() {
        return table.spec();
    }

    /** Id of the order that files are written in; 0 for none. */
    public int sortOrderId() {
        return table.sortOrder().orderId();
    }

    public FileIO io() {
        return table.io();
    }

    public Map<String, String> properties() {
        return Map.copyOf(table.properties());
    }

    /** The newest snapshot of the main branch, or the empty table. */
    public SnapshotStamp newest() {
        return stamp(table.currentSnapshot());
    }

    /** The oldest snapshot that is retained of those before a given one, or that one itself. */
    public SnapshotStamp oldest(SnapshotStamp head) {
        if (head.isEmptyTable()) {
            return head;
        }
        SnapshotStamp oldest = head;
        for (Snapshot snapshot : SnapshotUtil.ancestorsOf(head.id(), table::snapshot)) {
            oldest = stamp(snapshot);
        }
        return oldest;
    }

    /** A snapshot that is retained. */
    public Optional<SnapshotStamp> snapshot(long id) {
        return Optional.ofNullable(table.snapshot(id)).map(TableHistory::stamp);
    }

    /**
     * The newest snapshot of the main branch that was committed at a time or before; the empty table if even the first
     * one came later.
     *
     * @throws SnapshotGoneException if it is not retained
     */
    public SnapshotStamp asOf(long epochMillis) {
        Snapshot oldest = null;
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            if (snapshot.timestampMillis() <= epochMillis) {
                return stamp(snapshot);
            }
            oldest = snapshot;
        }
        if (oldest != null && oldest.parentId() != null) {
            throw new SnapshotGoneException("The snapshot of table " + table.name() + " as of "
                    + Instant.ofEpochMilli(epochMillis)
                    + " has expired: the oldest one that is retained was committed at "
                    + Instant.ofEpochMilli(oldest.timestampMillis())
                    + ". Start at that time or later, or read from the start mode 'full' or 'earliest'.");
        }
        return SnapshotStamp.EMPTY_TABLE;
    }

    /**
     * The snapshots that lead from one state of the table to another, oldest first; the last one is {@code end}. They
     * are the retained ancestors of {@code end} behind {@code start}, but {@code end} alone if it is older: the table
     * was rolled back.
     */
    public List<Step> between(SnapshotStamp start, SnapshotStamp end) {
        if (start.id() == end.id()) {
            return List.of();
        }
        if (end.isEmptyTable() || end.sequenceNumber() <= start.sequenceNumber()) {
            return List.of(new Step(end, false));
        }
        List<Step> steps = new ArrayList<>();
        for (Snapshot snapshot : SnapshotUtil.ancestorsOf(end.id(), table::snapshot)) {
            if (snapshot.sequenceNumber() <= start.sequenceNumber()) {
                break;
            }
            steps.add(new Step(stamp(snapshot), compactsOn(snapshot, start)));
        }
        Collections.reverse(steps);
        return steps;
    }

    /** A compaction whose parent is not on the way does not lead from there: what lies between shows in it. */
    private boolean compactsOn(Snapshot snapshot, SnapshotStamp start) {
        Long parentId = snapshot.parentId();
        if (parentId == null || !snapshot.operation().equals(DataOperations.REPLACE)) {
            return false;
        }
        Snapshot parent = table.snapshot(parentId);
        return parentId == start.id() || (parent != null && parent.sequenceNumber() > start.sequenceNumber());
    }

    /** The files of the empty table, from where to go on. */
    public SnapshotFiles files(Schema columns, Expression rows) {
        return new SnapshotFiles(table, new FileFilter(columns, rows));
    }

    /**
     * Checks that rows of these columns can still be read from what is written now.
     *
     * @param columns as they were when reading began
     * @throws UnsupportedTableException naming a column that changed
     */
    public void checkStillReadable(Schema columns, List<String> key) {
        Schema now = table.schema();
        for (NestedField column : TypeUtil.indexById(columns.asStruct()).values()) {
            NestedField field = now.findField(column.fieldId());
            if (field == null) {
                throw changed("column '" + columns.findColumnName(column.fieldId()) + "' was dropped");
            }
            if (field.isOptional() != column.isOptional()
                    || (column.type().isPrimitiveType() && !field.type().equals(column.type()))) {
                throw changed("column '" + columns.findColumnName(column.fieldId()) + "' was " + described(column)
                        + " and is " + described(field) + " now");
            }
        }
        if (!TableLayout.primaryKeyOf(table).equals(key)) {
            throw changed("the primary key is " + TableLayout.primaryKeyOf(table) + " now, and was " + key);
        }
    }

    private static String described(NestedField field) {
        return (field.isOptional() ? "optional " : "required ") + field.type();
    }

    private UnsupportedTableException changed(String how) {
        return new UnsupportedTableException("The schema of table " + table.name() + " changed while it was read: "
                + how + ". Start the job again from its last checkpoint, with a query that fits.");
    }

    /** The snapshot that a consumer has read, if it ever left a mark that is still there. */
    public Optional<SnapshotStamp> consumed(String consumerId) {
        SnapshotRef tag = table.refs().get(CONSUMER_TAG + consumerId);
        return tag == null ? Optional.empty() : snapshot(tag.snapshotId());
    }

    /**
     * Keeps a consumer's progress as a tag, and so the snapshot itself.
     *
     * @param maxAge of the snapshot, after which the tag may expire
     */
    public void markConsumed(String consumerId, SnapshotStamp snapshot, Duration maxAge) {
        String tag = CONSUMER_TAG + consumerId;
        SnapshotRef present = table.refs().get(tag);
        if (snapshot.isEmptyTable() || (present != null && present.snapshotId() == snapshot.id())) {
            return;
        }
        ManageSnapshots change = table.manageSnapshots();
        (present == null ? change.createTag(tag, snapshot.id()) : change.replaceTag(tag, snapshot.id()))
                .setMaxRefAgeMs(tag, maxAge.toMillis())
                .commit();
    }

    private static SnapshotStamp stamp(@Nullable Snapshot snapshot) {
        return snapshot == null
                ? SnapshotStamp.EMPTY_TABLE
                : new SnapshotStamp(snapshot.snapshotId(), snapshot.sequenceNumber(), snapshot.timestampMillis());
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
