package dev.firn.columns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.apache.parquet.bytes.BytesInput;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ZstdDecompressorTest {

    private static final byte[] PAGE = page();

    private final ZstdDecompressor decompressor = new ZstdDecompressor();

    @AfterEach
    void release() {
        decompressor.release();
    }

    @Test
    void pagesComeBackWhereverTheyAreInMemory() throws IOException {
        byte[] compressed = Zstd.compress(PAGE);
        byte[] padded = new byte[compressed.length + 10];
        System.arraycopy(compressed, 0, padded, 7, compressed.length);
        ByteBuffer direct = ByteBuffer.allocateDirect(compressed.length);
        direct.put(compressed).flip();

        for (BytesInput bytes : new BytesInput[] {
            BytesInput.from(compressed),
            BytesInput.from(padded, 7, compressed.length),
            BytesInput.from(direct),
            BytesInput.from(ByteBuffer.wrap(compressed).asReadOnlyBuffer()),
            BytesInput.concat(BytesInput.from(compressed, 0, 5), BytesInput.from(compressed, 5, compressed.length - 5))
        }) {
            assertThat(bytes(decompressor.decompress(bytes, PAGE.length))).isEqualTo(PAGE);
        }
    }

    @Test
    void aPageOfAStreamAndOfSeveralFramesComesBack() throws IOException {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        try (ZstdOutputStream first = new ZstdOutputStream(frames)) {
            first.write(PAGE, 0, 100);
        }
        frames.write(Zstd.compress(Arrays.copyOfRange(PAGE, 100, PAGE.length)));

        assertThat(bytes(decompressor.decompress(BytesInput.from(frames.toByteArray()), PAGE.length)))
                .isEqualTo(PAGE);
    }

    private static byte[] bytes(BytesInput page) throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        page.writeAllTo(copy);
        return copy.toByteArray();
    }

    @Test
    void anEmptyPageNeedsNoBytes() throws IOException {
        assertThat(decompressor.decompress(BytesInput.empty(), 0).size()).isZero();
    }

    @Test
    void aPageGoesFromBufferToBuffer() throws IOException {
        byte[] compressed = Zstd.compress(PAGE);
        ByteBuffer page = ByteBuffer.allocate(PAGE.length);

        decompressor.decompress(ByteBuffer.wrap(compressed), compressed.length, page, PAGE.length);

        assertThat(page).isEqualTo(ByteBuffer.wrap(PAGE));
    }

    @Test
    void brokenPagesAreSaidToBe() {
        byte[] compressed = Zstd.compress(PAGE);
        byte[] torn = Arrays.copyOf(compressed, compressed.length / 2);

        assertThatThrownBy(() -> decompressor.decompress(BytesInput.from(torn), PAGE.length))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> decompressor.decompress(BytesInput.from(compressed), PAGE.length + 1))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> decompressor.decompress(BytesInput.from(compressed), PAGE.length - 1))
                .isInstanceOf(IOException.class);
    }

    private static byte[] page() {
        byte[] page = new byte[10_000];
        Random random = new Random(1);
        for (int i = 0; i < page.length; i++) {
            page[i] = (byte) random.nextInt(4);
        }
        return page;
    }
}
