package dev.firn.columns;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Compresses page after page with one context, into the same memory: what is returned is valid until the next page. */
public final class ZstdCompressor implements BytesInputCompressor {

    private static final ByteBufferAllocator HEAP = new HeapByteBufferAllocator();

    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private byte[] compressed = {};

    public ZstdCompressor(int level) {
        context.setLevel(level);
    }

    @Override
    public BytesInput compress(BytesInput bytes) throws IOException {
        ByteBuffer from = bytes.toByteBuffer(HEAP, buffer -> {});
        int bound = Math.toIntExact(Zstd.compressBound(from.remaining()));
        if (compressed.length < bound) {
            compressed = new byte[bound];
        }
        int size = context.compressByteArray(
                compressed, 0, compressed.length, from.array(), from.arrayOffset() + from.position(), from.remaining());
        return BytesInput.from(compressed, 0, size);
    }

    @Override
    public CompressionCodecName getCodecName() {
        return CompressionCodecName.ZSTD;
    }

    @Override
    public void release() {
        context.close();
    }
}
