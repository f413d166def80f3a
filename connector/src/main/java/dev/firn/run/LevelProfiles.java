package dev.firn.run;

import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.TableProperties;

/**
 * The Parquet profiles of run files by level: a file of level 0 is written within a checkpoint, which waits for it, a
 * deeper one in the background.
 *
 * <p>A codec that was chosen has precedence, then a property that somebody set on the table, then the profile.
 *
 * @param level0 of files straight from a flush
 * @param deeper of files that a compaction wrote
 * @param chosen codecs that the user chose by options
 */
public record LevelProfiles(ParquetProfile level0, ParquetProfile deeper, LevelCodecs chosen) {

    // Whoever wants scattered rows decodes a page for each.
    private static final ParquetProfile.Pages PAGES = new ParquetProfile.Pages(2_000, 256 << 10);

    // A row group is on the heap until it is written.
    private static final int ROW_GROUP_BYTES = 32 << 20;

    /**
     * What a new table has without anybody asking for it: the codec from Iceberg, which sets it on every table that it
     * creates, the rows of a page from Firn, for the sake of other engines. These values do not tell that somebody set
     * them.
     */
    public static final Map<String, String> UNASKED =
            Map.of(TableProperties.PARQUET_COMPRESSION, "zstd", TableProperties.PARQUET_PAGE_ROW_LIMIT, "2000");

    /** docs/parquet.md has what they were measured to cost. */
    private static final LevelProfiles DEFAULTS = new LevelProfiles(
            new ParquetProfile(ParquetCodec.zstd(1), PAGES, ROW_GROUP_BYTES, ParquetProfile.Dictionary.ON),
            new ParquetProfile(ParquetCodec.zstd(3), PAGES, ROW_GROUP_BYTES, ParquetProfile.Dictionary.ON),
            LevelCodecs.NOT_CHOSEN);

    public static LevelProfiles defaults() {
        return DEFAULTS;
    }

    /** These profiles with codecs that the user chose. */
    public LevelProfiles choosing(LevelCodecs codecs) {
        return new LevelProfiles(level0, deeper, codecs);
    }

    public ParquetProfile forLevel(int level) {
        return level == 0 ? level0 : deeper;
    }

    /** The format of a table's files as those of a level are written. */
    public RunFormat format(RunFormat table, int level) {
        return table.with(properties(table.tableProperties(), level));
    }

    private Map<String, String> properties(Map<String, String> table, int level) {
        Map<String, String> properties = new HashMap<>(forLevel(level).properties());
        properties.keySet().removeIf(property -> isAsked(table, property));
        // A level belongs to the codec that it was meant for.
        if (isAsked(table, TableProperties.PARQUET_COMPRESSION)
                || isAsked(table, TableProperties.PARQUET_COMPRESSION_LEVEL)) {
            properties.remove(TableProperties.PARQUET_COMPRESSION);
            properties.remove(TableProperties.PARQUET_COMPRESSION_LEVEL);
        }
        ParquetCodec codec = chosen.forLevel(level);
        if (codec != null) {
            properties.putAll(codec.properties());
        }
        return properties;
    }

    private static boolean isAsked(Map<String, String> table, String property) {
        String value = table.get(property);
        return value != null && !value.equalsIgnoreCase(UNASKED.get(property));
    }
}
