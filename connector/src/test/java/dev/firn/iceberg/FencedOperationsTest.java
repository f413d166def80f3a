package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.iceberg.FaultyCatalog.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.Transactions;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FencedOperationsTest {

    @TempDir
    Path localDisk;

    private TableFixture fixture;
    private TableOperations operations;

    @BeforeEach
    void createTable() {
        fixture = new TableFixture(localDisk);
        operations = fixture.table.operations();
    }

    @AfterEach
    void dropTable() throws Exception {
        fixture.close();
    }

    @Test
    void aCommitOnTheVeryTableThatItWasDecidedOnGoesThrough() throws Exception {
        DataFile file = fixture.run("w", "a", 1);
        append(file).commitTransaction();

        assertThat(fixture.rows()).containsOnlyKeys(1L);
    }

    @Test
    void aSnapshotThatCameInBetweenIsAConflict() throws Exception {
        TableMetadata decidedOn = operations.current();
        fixture.catalog.table().newAppend().appendFile(fixture.run("x", "x", 2)).commit();
        FencedOperations fenced = new FencedOperations(operations, decidedOn);
        TableMetadata base = fenced.refresh();

        assertThatThrownBy(() -> fenced.commit(base, base))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("changed while a commit was prepared");
    }

    @Test
    void aMarkerThatCameInBetweenIsAConflict() {
        TableMetadata decidedOn = operations.current();
        fixture.catalog
                .table()
                .updateProperties()
                .set(Marker.PROPERTY, new Marker("other", 1, "i").toProperty())
                .commit();
        FencedOperations fenced = new FencedOperations(operations, decidedOn);
        TableMetadata base = fenced.refresh();

        assertThatThrownBy(() -> fenced.commit(base, base))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("other");
    }

    @Test
    void aRefusedCommitIsAConflictAndItsManifestsAreDeleted() throws Exception {
        fixture.catalog.injectOnce(Fault.CONFLICT);
        Transaction attempt = append(fixture.run("w", "a", 1));

        assertThatThrownBy(attempt::commitTransaction).isInstanceOf(ValidationException.class);
        assertThat(manifestLists()).isNotEmpty().noneMatch(fixture.catalog.io()::exists);
    }

    @Test
    void aCommitThatLandedThoughItWasRefusedIsASuccess() throws Exception {
        fixture.catalog.injectOnce(Fault.LANDED_BUT_REFUSED);
        Transaction attempt = append(fixture.run("w", "a", 1));

        assertThatCode(attempt::commitTransaction).doesNotThrowAnyException();
        assertThat(fixture.rows()).containsOnlyKeys(1L);
    }

    @Test
    void aCommitThatLandedWithoutAnAnswerIsASuccess() throws Exception {
        fixture.catalog.injectOnce(Fault.LANDED_BUT_UNANSWERED);
        Transaction attempt = append(fixture.run("w", "a", 1));

        assertThatCode(attempt::commitTransaction).doesNotThrowAnyException();
        assertThat(fixture.rows()).containsOnlyKeys(1L);
    }

    @Test
    void aPropertyThatLandedWithoutAnAnswerIsASuccess() {
        fixture.catalog.injectOnce(Fault.LANDED_BUT_UNANSWERED);
        Transaction attempt = Transactions.newTransaction("t", new FencedOperations(operations, operations.current()));
        attempt.updateProperties().set(Marker.PROPERTY, "1:s:1:i").commit();

        assertThatCode(attempt::commitTransaction).doesNotThrowAnyException();
    }

    @Test
    void aCommitThatWasNeverHeardOfMayHaveLandedSoItsManifestsStay() throws Exception {
        fixture.catalog.injectOnce(Fault.LOST);
        Transaction attempt = append(fixture.run("w", "a", 1));

        assertThatThrownBy(attempt::commitTransaction).isInstanceOf(CommitStateUnknownException.class);
        assertThat(manifestLists()).isNotEmpty().allMatch(fixture.catalog.io()::exists);
    }

    @Test
    void aCommitOverAnExistingSnapshotIsRecognisedByItsOwn() throws Exception {
        append(fixture.run("w", "a", 1)).commitTransaction();
        fixture.table.refresh();
        fixture.catalog.injectOnce(Fault.LANDED_BUT_REFUSED);
        append(fixture.run("w", "a", 2)).commitTransaction();

        Snapshot current = Objects.requireNonNull(fixture.catalog.table().currentSnapshot());
        assertThat(current.parentId()).isNotNull();
        assertThat(fixture.rows()).containsOnlyKeys(1L, 2L);
    }

    private List<String> manifestLists() {
        return fixture.catalog.io().written.stream()
                .filter(path -> path.contains("/snap-"))
                .toList();
    }

    private Transaction append(DataFile file) {
        Transaction transaction =
                Transactions.newTransaction("t", new FencedOperations(operations, operations.current()));
        transaction.newRowDelta().addRows(file).commit();
        return transaction;
    }
}
