package dev.firn.lsm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.compaction.RowFilter;
import dev.firn.compaction.RunShape;
import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.iceberg.TableFixture;
import dev.firn.run.RunFile;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.StructLike;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunShapesTest {

    @TempDir
    Path localDisk;

    private TableFixture fixture;
    private RunFile run;

    @BeforeEach
    void writeAFileOfTenRows() throws Exception {
        fixture = new TableFixture(localDisk);
        run = RunFile.of(fixture.run("w", "a", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    }

    @AfterEach
    void dropTable() throws Exception {
        fixture.close();
    }

    @Test
    void rowsThatTheFilterIsForeseenToDropCountAsDead() {
        assertThat(deadRows(0, 4)).isEqualTo(4);
    }

    @Test
    void theSameShareOfTheRowsLeftIsForeseenAsOfAllRows() {
        assertThat(deadRows(6, 5)).isEqualTo(6 + 2);
        assertThat(deadRows(8, 5)).isEqualTo(8 + 1);
    }

    @Test
    void aRunWithALiveRowNeverCountsAsDead() {
        for (int dead = 0; dead < 10; dead++) {
            for (int foreseen = 0; foreseen <= 10; foreseen++) {
                RunShape shape = shape(dead, foreseen);
                assertThat(shape.isDead()).isFalse();
                assertThat(shape.deadRows()).isGreaterThanOrEqualTo(dead);
            }
        }
    }

    @Test
    void aRunWithoutALiveRowIsDeadWhateverIsForeseen() {
        assertThat(shape(10, 0).isDead()).isTrue();
        assertThat(shape(10, 10).isDead()).isTrue();
    }

    private long deadRows(int dead, int foreseen) {
        return shape(dead, foreseen).deadRows();
    }

    private RunShape shape(int dead, int foreseen) {
        Levels levels = new Levels(List.of(new LiveRun(run, PositionSet.below(dead))));
        return RunShapes.of(levels, fixture.indexes, new Foreseeing(foreseen)).get(0);
    }

    private record Foreseeing(long drops) implements RowFilter {

        @Override
        public Verdict judge(StructLike row) {
            throw new AssertionError("Shapes are made without reading rows");
        }

        @Override
        public long foreseenDrops(DataFile file) {
            return drops;
        }
    }
}
