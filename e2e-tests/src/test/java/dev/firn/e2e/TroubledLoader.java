package dev.firn.e2e;

import dev.firn.iceberg.FaultyCatalog.Fault;
import dev.firn.iceberg.FaultyCatalog.SimulatedCrash;
import java.io.IOException;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/** Loads a table whose commits fail as scripted. */
final class TroubledLoader implements TableLoader {

    private final TableLoader loader;
    private final Trouble trouble;

    TroubledLoader(TableLoader loader, Trouble trouble) {
        this.loader = loader;
        this.trouble = trouble;
    }

    @Override
    public void open() {
        loader.open();
    }

    @Override
    public boolean isOpen() {
        return loader.isOpen();
    }

    @Override
    public Table loadTable() {
        BaseTable table = (BaseTable) loader.loadTable();
        return new BaseTable(new TroubledOperations(table.operations(), trouble), table.name());
    }

    @Override
    @SuppressWarnings({"MethodDoesntCallSuperMethod", "NoClone"})
    public TableLoader clone() {
        return new TroubledLoader(loader.clone(), trouble);
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }

    private record TroubledOperations(TableOperations operations, Trouble trouble) implements TableOperations {

        @Override
        public void commit(TableMetadata base, TableMetadata metadata) {
            Fault fault = trouble.nextCommit();
            if (fault == null) {
                land(base, metadata);
                return;
            }
            switch (fault) {
                case CONFLICT -> throw new CommitFailedException("injected conflict");
                case LANDED_BUT_REFUSED -> {
                    land(base, metadata);
                    throw new CommitFailedException("injected refusal of a commit that landed");
                }
                case LANDED_BUT_UNANSWERED -> {
                    land(base, metadata);
                    throw new IllegalStateException("injected loss of an answer");
                }
                case LOST -> throw new IllegalStateException("injected loss of a request");
                case CRASH_BEFORE -> throw new SimulatedCrash();
                case CRASH_AFTER -> {
                    land(base, metadata);
                    throw new SimulatedCrash();
                }
            }
        }

        private void land(TableMetadata base, TableMetadata metadata) {
            operations.commit(base, metadata);
            trouble.committed();
        }

        @Override
        public TableMetadata current() {
            return operations.current();
        }

        @Override
        public TableMetadata refresh() {
            return operations.refresh();
        }

        @Override
        public FileIO io() {
            return operations.io();
        }

        @Override
        public EncryptionManager encryption() {
            return operations.encryption();
        }

        @Override
        public String metadataFileLocation(String fileName) {
            return operations.metadataFileLocation(fileName);
        }

        @Override
        public LocationProvider locationProvider() {
            return operations.locationProvider();
        }

        @Override
        public TableOperations temp(TableMetadata uncommitted) {
            return operations.temp(uncommitted);
        }

        @Override
        public long newSnapshotId() {
            return operations.newSnapshotId();
        }
    }
}
