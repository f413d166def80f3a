package dev.firn.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JavaHomesTest {

    @TempDir
    private Path disk;

    private Path running;

    @BeforeEach
    void install() throws IOException {
        running = java("installed/17", "17.0.15");
    }

    @Test
    void findsOneBesideTheOneThatRuns() throws IOException {
        java("installed/21", "21.0.2");
        Files.createDirectories(disk.resolve("installed/doc"));
        Path newer = java("installed/25", "25.0.3");

        assertThat(JavaHomes.of(null, Map.of(), running).atLeast(25)).contains(newer);
    }

    @Test
    void takesALaterVersion() throws IOException {
        Path later = java("installed/26-ea", "26-ea");

        assertThat(JavaHomes.of(null, Map.of(), running).atLeast(25)).contains(later);
    }

    @Test
    void findsNoneWhereAllAreOlder() throws IOException {
        java("installed/8", "1.8.0_402");

        assertThat(JavaHomes.of(null, Map.of("JAVA_HOME", running.toString()), running)
                        .atLeast(25))
                .isEmpty();
    }

    @Test
    void prefersWhatAVariableNames() throws IOException {
        java("installed/25", "25.0.3");
        Path named = java("named", "25.0.1");

        assertThat(JavaHomes.of(null, Map.of("JAVA_HOME_25_X64", named.toString()), running)
                        .atLeast(25))
                .contains(named);
    }

    @Test
    void prefersWhatTheUserChose() throws IOException {
        Path named = java("named", "25.0.1");
        Path chosen = java("chosen", "25");

        assertThat(JavaHomes.of(chosen.toString(), Map.of("JAVA_HOME", named.toString()), running)
                        .atLeast(25))
                .contains(chosen);
    }

    @Test
    void passesOverWhatIsNoJava() throws IOException {
        Path broken = Files.createDirectories(disk.resolve("installed/broken"));
        Files.writeString(broken.resolve("release"), "IMPLEMENTOR=\"somebody\"\n");
        Path newer = java("installed/25", "25.0.3");

        assertThat(JavaHomes.of(
                                disk.resolve("none").toString(),
                                Map.of("JAVA_OPTS", "-Xmx1g\0", "JDK_HOME", broken.toString()),
                                running)
                        .atLeast(25))
                .contains(newer);
    }

    private Path java(String folder, String version) throws IOException {
        Path home = Files.createDirectories(disk.resolve(folder));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"somebody\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }
}
