package dev.firn.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.apache.iceberg.inmemory.InMemoryOutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParquetOutputTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsWrittenInPartsOfAnySizeIsWhatComesOut(long seed) throws IOException {
        Random random = new Random(seed);
        InMemoryOutputFile file = new InMemoryOutputFile("file");
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        try (PositionOutputStream stream = new ParquetOutput(file).create(0)) {
            for (int part = 0; part < 200; part++) {
                byte[] bytes = new byte[random.nextInt(random.nextBoolean() ? 100 : 100_000)];
                random.nextBytes(bytes);
                int offset = random.nextInt(bytes.length + 1);
                stream.write(bytes, offset, bytes.length - offset);
                stream.write(part);
                expected.write(bytes, offset, bytes.length - offset);
                expected.write(part);
                assertThat(stream.getPos()).isEqualTo(expected.size());
                if (random.nextInt(10) == 0) {
                    stream.flush();
                }
            }
        }
        assertThat(file.toByteArray()).isEqualTo(expected.toByteArray());
    }
}
