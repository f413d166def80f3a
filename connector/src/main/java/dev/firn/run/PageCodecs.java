package dev.firn.run;

import dev.firn.columns.ZstdDecompressor;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;

/**
 * How pages of one open file are decompressed: Parquet's own way makes a stream of zstd for each, which costs as much.
 */
final class PageCodecs implements CompressionCodecFactory {

    private @Nullable ZstdDecompressor zstd;
    private @Nullable CodecFactory others;

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        throw new UnsupportedOperationException("Only for reading");
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        if (codec != CompressionCodecName.ZSTD) {
            return others().getDecompressor(codec);
        }
        if (zstd == null) {
            zstd = new ZstdDecompressor();
        }
        return zstd;
    }

    private CodecFactory others() {
        if (others == null) {
            others = new CodecFactory(new PlainParquetConfiguration(), 0);
        }
        return others;
    }

    @Override
    public void release() {
        if (zstd != null) {
            zstd.release();
            zstd = null;
        }
        if (others != null) {
            others.release();
        }
    }
}
