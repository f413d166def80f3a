package dev.firn.e2e.pipeline;

import dev.firn.e2e.cluster.ContainerDeployment;
import dev.firn.e2e.cluster.Deployment;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The scenarios on the containers of {@code examples/docker-compose.yml}. */
final class ContainerPipelineIT extends PipelineScenarios {

    @RegisterExtension
    static final Scoreboard SCOREBOARD = new Scoreboard("containers");

    @Override
    Optional<String> unavailable() {
        return ContainerDeployment.unavailable();
    }

    @Override
    Deployment deploy(Path disk) {
        return ContainerDeployment.launch();
    }
}
