package dev.firn.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

/** Where there is no Docker engine. */
class ContainerDeploymentTest {

    @Test
    void givesTheReasonWhyItIsUnavailable() {
        assumeFalse(DockerClientFactory.instance().isDockerAvailable(), "there is a Docker engine");

        assertThat(ContainerDeployment.unavailable())
                .hasValueSatisfying(reason ->
                        assertThat(reason).startsWith("no Docker engine: ").doesNotContain("\n"));
    }
}
