package dev.firn.e2e.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.e2e.cluster.ProcessDeployment;
import dev.firn.e2e.pipeline.Recording.Portion;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PipelineIT {
    @Test
    void walks(@TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.NEVER) Path disk) throws Exception {
        long t = System.nanoTime();
        try (ProcessDeployment d = ProcessDeployment.start(disk);
                Pipeline p = new Pipeline("first", d)) {
            System.out.println("started " + (System.nanoTime() - t) / 1e9);
            p.publish(new Portion(1, 2));
            System.out.println("published " + (System.nanoTime() - t) / 1e9);
            p.start(2);
            System.out.println("submitted " + (System.nanoTime() - t) / 1e9);
            p.awaitSnapshots(1);
            System.out.println("snapshots " + (System.nanoTime() - t) / 1e9);
            p.publish(new Portion(2, 2));
            p.awaitCaughtUp();
            System.out.println("caught up " + (System.nanoTime() - t) / 1e9);
            System.out.println("stopped " + p.stop());
            System.out.println("stopped " + (System.nanoTime() - t) / 1e9);
            for (RecordedTable table : RecordedTable.ALL)
                System.out.println("snapshots of " + table.name() + " "
                        + p.snapshots(table).size());
        }
        assertThat(t).isPositive();
    }
}
