package dev.firn.e2e.pipeline;

import dev.firn.e2e.cluster.Deployment;
import dev.firn.e2e.cluster.ProcessDeployment;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The scenarios on processes of this host. */
final class PipelineIT extends PipelineScenarios {

    @RegisterExtension
    static final Scoreboard SCOREBOARD = new Scoreboard("processes");

    @Override
    Optional<String> unavailable() {
        return Optional.empty();
    }

    @Override
    Deployment deploy(Path disk) {
        return ProcessDeployment.start(disk);
    }
}
