package dev.firn.iceberg;

import java.time.Instant;
import java.util.OptionalLong;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/** Which snapshot of a table is read. */
public sealed interface TimeTravel {

    /**
     * The snapshot that is meant.
     *
     * @return nothing for a table that has no snapshot yet, and is empty
     * @throws UnsupportedTableException if the table has no such snapshot, with cause and remedy
     */
    OptionalLong snapshotId(Table table);

    /** The newest one. */
    record Current() implements TimeTravel {
        @Override
        public OptionalLong snapshotId(Table table) {
            return id(table.currentSnapshot());
        }
    }

    /** The one with this id. */
    record ToSnapshot(long id) implements TimeTravel {
        @Override
        public OptionalLong snapshotId(Table table) {
            if (table.snapshot(id) == null) {
                throw new UnsupportedTableException("Table " + table.name() + " has no snapshot " + id
                        + ": it expired, or never was one of this table's. Choose a retained one; they are in the"
                        + " metadata table 'snapshots'.");
            }
            return OptionalLong.of(id);
        }
    }

    /** The one that bears this tag. */
    record ToTag(String name) implements TimeTravel {
        @Override
        public OptionalLong snapshotId(Table table) {
            SnapshotRef ref = table.refs().get(name);
            if (ref == null || !ref.isTag()) {
                throw unknown(table, "tag", name);
            }
            return OptionalLong.of(ref.snapshotId());
        }
    }

    /** The newest one of this branch. */
    record ToBranch(String name) implements TimeTravel {
        @Override
        public OptionalLong snapshotId(Table table) {
            SnapshotRef ref = table.refs().get(name);
            if (ref == null && name.equals(SnapshotRef.MAIN_BRANCH)) {
                return OptionalLong.empty();
            }
            if (ref == null || !ref.isBranch()) {
                throw unknown(table, "branch", name);
            }
            return OptionalLong.of(ref.snapshotId());
        }
    }

    /** The one that was current at this time, in milliseconds since the epoch. */
    record ToTime(long epochMillis) implements TimeTravel {
        @Override
        public OptionalLong snapshotId(Table table) {
            Long id = SnapshotUtil.nullableSnapshotIdAsOfTime(table, epochMillis);
            if (id == null || table.snapshot(id) == null) {
                throw new UnsupportedTableException("Table " + table.name() + " has no snapshot that was current at "
                        + Instant.ofEpochMilli(epochMillis) + ": it was empty then, or the snapshot expired."
                        + " Choose a later time.");
            }
            return OptionalLong.of(id);
        }
    }

    private static OptionalLong id(@Nullable Snapshot snapshot) {
        return snapshot == null ? OptionalLong.empty() : OptionalLong.of(snapshot.snapshotId());
    }

    private static UnsupportedTableException unknown(Table table, String kind, String name) {
        return new UnsupportedTableException("Table " + table.name() + " has no " + kind + " '" + name + "'. It has "
                + table.refs().keySet() + ". Choose one of them, or create it.");
    }
}
