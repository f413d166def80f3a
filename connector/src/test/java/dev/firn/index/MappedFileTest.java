package dev.firn.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFileTest {

    private final byte[] content = new byte[50];

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void writeFile() throws IOException {
        new Random(1).nextBytes(content);
        path = Files.write(directory.resolve("file"), content);
    }

    @Test
    void everyRangeIsReadAcrossPieces() throws IOException {
        for (long pieceBytes : new long[] {1, 7, 25, 50, 51, MappedFile.PIECE_BYTES}) {
            MappedFile file = MappedFile.map(path, pieceBytes);
            assertThat(file.size()).isEqualTo(content.length);
            for (int from = 0; from <= content.length; from++) {
                for (int to = from; to <= content.length; to++) {
                    byte[] target = new byte[to - from];
                    file.read(from, target, target.length);
                    assertThat(target).isEqualTo(Arrays.copyOfRange(content, from, to));
                }
            }
        }
    }

    @Test
    void aRangeBeyondTheEndIsCorruption() throws IOException {
        MappedFile file = MappedFile.map(path, 7);
        for (long offset : new long[] {-1, 41, 50, Long.MAX_VALUE}) {
            assertThatExceptionOfType(CorruptIndexException.class)
                    .isThrownBy(() -> file.read(offset, new byte[10], 10))
                    .withMessageContainingAll(path.toString(), "offset " + offset);
        }
    }
}
