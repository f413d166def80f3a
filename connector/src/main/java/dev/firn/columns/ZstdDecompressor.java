package dev.firn.columns;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputDecompressor;

/** Decompresses page after page with one context, each into memory of its own. */
public final class ZstdDecompressor implements BytesInputDecompressor {

    private static final ByteBufferAllocator HEAP = new HeapByteBufferAllocator();

    private final ZstdDecompressCtx context = new ZstdDecompressCtx();

    @Override
    public BytesInput decompress(BytesInput bytes, int size) throws IOException {
        if (size == 0) {
            return BytesInput.empty();
        }
        ByteBuffer from = bytes.toByteBuffer(HEAP, buffer -> {});
        byte[] page = new byte[size];
        if (from.hasArray()) {
            decompress(from.array(), from.arrayOffset() + from.position(), from.remaining(), page);
        } else {
            byte[] compressed = new byte[from.remaining()];
            from.duplicate().get(compressed);
            decompress(compressed, 0, compressed.length, page);
        }
        return BytesInput.from(page);
    }

    @Override
    public void decompress(ByteBuffer from, int compressedSize, ByteBuffer to, int size) throws IOException {
        byte[] compressed = new byte[compressedSize];
        from.get(compressed);
        byte[] page = new byte[size];
        if (size > 0) {
            decompress(compressed, 0, compressedSize, page);
        }
        to.clear();
        to.put(page);
        to.flip();
    }

    private void decompress(byte[] compressed, int start, int length, byte[] page) throws IOException {
        int size;
        try {
            size = context.decompressByteArray(page, 0, page.length, compressed, start, length);
        } catch (ZstdException e) {
            throw new IOException("A page of " + page.length + " bytes cannot be decompressed", e);
        }
        if (size != page.length) {
            throw new IOException("A page has " + size + " bytes in place of " + page.length);
        }
    }

    @Override
    public void release() {
        context.close();
    }
}
