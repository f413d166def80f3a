package dev.firn.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnedDirectoryTest {

    @TempDir
    Path disk;

    @Test
    void theNextOwnerFindsWhatTheLastOneLeft() throws Exception {
        Path wanted = disk.resolve("table/writer-0");
        try (OwnedDirectory first = OwnedDirectory.claim(wanted)) {
            assertThat(first.path()).isEqualTo(wanted);
            Files.writeString(first.path().resolve("left"), "x");
        }
        try (OwnedDirectory second = OwnedDirectory.claim(wanted)) {
            assertThat(second.path().resolve("left")).hasContent("x");
        }
    }

    @Test
    void whileADirectoryIsInUseOthersAreGivenOnesOfTheirOwn() throws Exception {
        Path wanted = disk.resolve("writer-0");
        try (OwnedDirectory first = OwnedDirectory.claim(wanted);
                OwnedDirectory second = OwnedDirectory.claim(wanted);
                OwnedDirectory third = OwnedDirectory.claim(wanted);
                OwnedDirectory other = OwnedDirectory.claim(disk.resolve("writer-1"))) {
            assertThat(first.path()).isEqualTo(wanted);
            assertThat(second.path()).isEqualTo(disk.resolve("writer-0~1"));
            assertThat(third.path()).isEqualTo(disk.resolve("writer-0~2"));
            assertThat(other.path()).isEqualTo(disk.resolve("writer-1"));
        }
    }

    @Test
    void spareDirectoriesAreEmptiedOnceTheirOwnersAreGone() throws Exception {
        Path wanted = disk.resolve("writer-0");
        Path ofTheDead = disk.resolve("writer-0~1");
        try (OwnedDirectory living = OwnedDirectory.claim(wanted)) {
            try (OwnedDirectory dead = OwnedDirectory.claim(wanted)) {
                assertThat(dead.path()).isEqualTo(ofTheDead);
                Files.writeString(dead.path().resolve("a.keys"), "x");
            }
            Files.writeString(living.path().resolve("b.keys"), "x");
        }
        try (OwnedDirectory next = OwnedDirectory.claim(wanted)) {
            assertThat(ofTheDead).isDirectoryNotContaining("glob:**.keys");
            assertThat(next.path().resolve("b.keys")).exists();
        }
    }

    @Test
    void theSpareDirectoryOfOneThatStillWorksIsLeftAlone() throws Exception {
        Path wanted = disk.resolve("writer-0");
        OwnedDirectory first = OwnedDirectory.claim(wanted);
        try (OwnedDirectory working = OwnedDirectory.claim(wanted)) {
            Files.writeString(working.path().resolve("a.keys"), "x");
            first.close();
            try (OwnedDirectory next = OwnedDirectory.claim(wanted)) {
                assertThat(next.path()).isEqualTo(wanted);
                assertThat(working.path().resolve("a.keys")).exists();
            }
        }
    }
}
