package dev.firn.run;

import com.github.luben.zstd.Zstd;
import dev.firn.columns.ZstdCompressor;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.parquet.ParquetCodecFactory;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.ParquetOutputFormat;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;

/**
 * How {@link ColumnarWriter} writes, read from the properties that Iceberg's Parquet writer obeys.
 *
 * @param pages dictionaries, bloom filters, statistics, and where pages end
 * @param checkRows after how many rows a row group's size is looked at
 */
record ColumnarSettings(
        ParquetProperties pages, long rowGroupBytes, int checkRows, Supplier<BytesInputCompressor> compressor) {

    private static final String TABLE_PREFIX = "write.parquet.";
    private static final String PAGE_VERSION_1 = "v1";

    private static final Set<String> KNOWN = Set.of(
            TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES,
            TableProperties.PARQUET_PAGE_SIZE_BYTES,
            TableProperties.PARQUET_PAGE_ROW_LIMIT,
            TableProperties.PARQUET_DICT_SIZE_BYTES,
            TableProperties.PARQUET_PAGE_VERSION,
            TableProperties.PARQUET_COMPRESSION,
            TableProperties.PARQUET_COMPRESSION_LEVEL,
            TableProperties.PARQUET_ROW_GROUP_CHECK_MIN_RECORD_COUNT,
            // Only bounds how seldom Iceberg's writer looks at the size.
            TableProperties.PARQUET_ROW_GROUP_CHECK_MAX_RECORD_COUNT,
            TableProperties.PARQUET_BLOOM_FILTER_MAX_BYTES,
            ParquetOutputFormat.ENABLE_DICTIONARY);

    private static final Set<String> KNOWN_PREFIXES = Set.of(
            TableProperties.PARQUET_BLOOM_FILTER_COLUMN_FPP_PREFIX,
            TableProperties.PARQUET_BLOOM_FILTER_COLUMN_NDV_PREFIX,
            TableProperties.PARQUET_BLOOM_FILTER_COLUMN_ENABLED_PREFIX,
            TableProperties.PARQUET_COLUMN_STATS_ENABLED_PREFIX);

    // What Iceberg hands to Parquet and its codecs as Hadoop's configuration.
    private static final Set<String> HADOOP_PREFIXES =
            Set.of("parquet.", "io.compression.", "zlib.", "compression.", "hadoop.", "io.seqfile.");

    /** None if a property asks for what only Iceberg's writer does. */
    static Optional<ColumnarSettings> of(Map<String, String> properties, MessageType schema) {
        if (!properties.keySet().stream().allMatch(ColumnarSettings::isKnown)
                || !properties
                        .getOrDefault(
                                TableProperties.PARQUET_PAGE_VERSION, TableProperties.PARQUET_PAGE_VERSION_DEFAULT)
                        .equals(PAGE_VERSION_1)) {
            return Optional.empty();
        }
        return compressor(properties)
                .map(compressor -> new ColumnarSettings(
                        pages(properties, schema),
                        positive(
                                properties,
                                TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES,
                                TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES_DEFAULT),
                        positive(
                                properties,
                                TableProperties.PARQUET_ROW_GROUP_CHECK_MIN_RECORD_COUNT,
                                TableProperties.PARQUET_ROW_GROUP_CHECK_MIN_RECORD_COUNT_DEFAULT),
                        compressor));
    }

    private static boolean isKnown(String property) {
        return KNOWN.contains(property)
                || KNOWN_PREFIXES.stream().anyMatch(property::startsWith)
                || Stream.concat(Stream.of(TABLE_PREFIX), HADOOP_PREFIXES.stream())
                        .noneMatch(property::startsWith);
    }

    private static Optional<Supplier<BytesInputCompressor>> compressor(Map<String, String> properties) {
        String codec = properties.getOrDefault(
                TableProperties.PARQUET_COMPRESSION, TableProperties.PARQUET_COMPRESSION_DEFAULT);
        String level = properties.get(TableProperties.PARQUET_COMPRESSION_LEVEL);
        return switch (codec.toUpperCase(Locale.ROOT)) {
            case "ZSTD" -> zstd(level == null ? ParquetCodec.DEFAULT_ZSTD_LEVEL : Integer.parseInt(level));
            case "UNCOMPRESSED" -> ofHadoop(CompressionCodecName.UNCOMPRESSED);
            case "SNAPPY" -> ofHadoop(CompressionCodecName.SNAPPY);
            // At a level only Iceberg's writer.
            case "GZIP" -> level == null ? ofHadoop(CompressionCodecName.GZIP) : Optional.empty();
            case "LZ4_RAW" -> ofHadoop(CompressionCodecName.LZ4_RAW);
            default -> Optional.empty();
        };
    }

    private static Optional<Supplier<BytesInputCompressor>> zstd(int level) {
        return level >= 1 && level <= Zstd.maxCompressionLevel()
                ? Optional.of(() -> new ZstdCompressor(level))
                : Optional.empty();
    }

    private static Optional<Supplier<BytesInputCompressor>> ofHadoop(CompressionCodecName codec) {
        return Optional.of(() -> new ParquetCodecFactory(new Configuration(), 0).getCompressor(codec));
    }

    private static ParquetProperties pages(Map<String, String> properties, MessageType schema) {
        ParquetProperties.Builder builder = ParquetProperties.builder()
                .withPageSize(positive(
                        properties,
                        TableProperties.PARQUET_PAGE_SIZE_BYTES,
                        TableProperties.PARQUET_PAGE_SIZE_BYTES_DEFAULT))
                .withPageRowCountLimit(positive(
                        properties,
                        TableProperties.PARQUET_PAGE_ROW_LIMIT,
                        TableProperties.PARQUET_PAGE_ROW_LIMIT_DEFAULT))
                .withDictionaryPageSize(positive(
                        properties,
                        TableProperties.PARQUET_DICT_SIZE_BYTES,
                        TableProperties.PARQUET_DICT_SIZE_BYTES_DEFAULT))
                .withDictionaryEncoding(
                        PropertyUtil.propertyAsBoolean(properties, ParquetOutputFormat.ENABLE_DICTIONARY, true))
                .withMaxBloomFilterBytes(positive(
                        properties,
                        TableProperties.PARQUET_BLOOM_FILTER_MAX_BYTES,
                        TableProperties.PARQUET_BLOOM_FILTER_MAX_BYTES_DEFAULT));
        schema.getFields().forEach(column -> setColumn(builder, column.getName(), properties));
        return builder.build();
    }

    private static void setColumn(ParquetProperties.Builder builder, String column, Map<String, String> properties) {
        String statistics = properties.get(TableProperties.PARQUET_COLUMN_STATS_ENABLED_PREFIX + column);
        if (statistics != null) {
            builder.withStatisticsEnabled(column, Boolean.parseBoolean(statistics));
        }
        String bloom = properties.get(TableProperties.PARQUET_BLOOM_FILTER_COLUMN_ENABLED_PREFIX + column);
        if (bloom == null) {
            return;
        }
        builder.withBloomFilterEnabled(column, Boolean.parseBoolean(bloom));
        String falsePositives = properties.get(TableProperties.PARQUET_BLOOM_FILTER_COLUMN_FPP_PREFIX + column);
        if (falsePositives != null) {
            builder.withBloomFilterFPP(column, Double.parseDouble(falsePositives));
        }
        String values = properties.get(TableProperties.PARQUET_BLOOM_FILTER_COLUMN_NDV_PREFIX + column);
        if (values != null) {
            builder.withBloomFilterNDV(column, Long.parseLong(values));
        }
    }

    private static int positive(Map<String, String> properties, String property, int defaultValue) {
        int value = PropertyUtil.propertyAsInt(properties, property, defaultValue);
        if (value <= 0) {
            throw new IllegalArgumentException("The table property " + property + " is " + value
                    + ", but has to be above 0. Set it to such a number, or remove it.");
        }
        return value;
    }
}
