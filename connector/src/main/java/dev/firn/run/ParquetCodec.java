package dev.firn.run;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.TableProperties;

/**
 * How the pages of a run file are compressed.
 *
 * @param level how hard {@link Kind#ZSTD} tries, 1 to 22; 0 for a codec that has no levels
 */
public record ParquetCodec(Kind kind, int level) implements Serializable {

    /** zstd's own default. */
    public static final int DEFAULT_ZSTD_LEVEL = 3;

    private static final int MAX_ZSTD_LEVEL = 22;

    /** The codecs that need no native Hadoop. GZIP does not either, but is beaten by ZSTD in all respects. */
    public enum Kind {
        UNCOMPRESSED,
        SNAPPY,
        LZ4_RAW,
        ZSTD;

        /** As options and table properties spell it. */
        String spelling() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @throws IllegalArgumentException with problem, cause and remedy if the codec has no such level */
    public ParquetCodec {
        if (kind == Kind.ZSTD && (level < 1 || level > MAX_ZSTD_LEVEL)) {
            throw new IllegalArgumentException("zstd has the levels 1 to " + MAX_ZSTD_LEVEL + ", but got " + level
                    + ". Choose one of them; " + DEFAULT_ZSTD_LEVEL + " is its own default.");
        }
        if (kind != Kind.ZSTD && level != 0) {
            throw new IllegalArgumentException("The codec " + kind.spelling() + " has no levels, but got level " + level
                    + ". Leave the level out, or choose zstd.");
        }
    }

    public static ParquetCodec of(Kind kind) {
        return new ParquetCodec(kind, kind == Kind.ZSTD ? DEFAULT_ZSTD_LEVEL : 0);
    }

    public static ParquetCodec zstd(int level) {
        return new ParquetCodec(Kind.ZSTD, level);
    }

    /**
     * @param name of a codec in any case
     * @throws IllegalArgumentException with problem, cause and remedy if there is no such codec
     */
    public static ParquetCodec parse(String name) {
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.spelling().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .map(ParquetCodec::of)
                .orElseThrow(() -> new IllegalArgumentException("There is no Parquet codec '" + name
                        + "' here. Choose one of "
                        + Arrays.stream(Kind.values()).map(Kind::spelling).toList() + "."));
    }

    Map<String, String> properties() {
        return kind == Kind.ZSTD
                ? Map.of(
                        TableProperties.PARQUET_COMPRESSION,
                        kind.spelling(),
                        TableProperties.PARQUET_COMPRESSION_LEVEL,
                        Integer.toString(level))
                : Map.of(TableProperties.PARQUET_COMPRESSION, kind.spelling());
    }
}
