package dev.firn.run;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The codecs that the user chose for run files by level. A choice has precedence over the table's properties.
 *
 * @param level0 of files straight from a flush; null if nothing was chosen
 * @param deeper of files that a compaction wrote; null if nothing was chosen
 */
public record LevelCodecs(
        @Nullable ParquetCodec level0, @Nullable ParquetCodec deeper) implements Serializable {

    public static final LevelCodecs NOT_CHOSEN = new LevelCodecs(null, null);

    @Nullable ParquetCodec forLevel(int level) {
        return level == 0 ? level0 : deeper;
    }
}
