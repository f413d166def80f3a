package dev.firn.run;

import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.TableProperties;
import org.apache.parquet.hadoop.ParquetOutputFormat;

/** What a run file's Parquet costs to write, to store and to read. */
public record ParquetProfile(ParquetCodec codec, Pages pages, int rowGroupBytes, Dictionary dictionary) {

    /**
     * A page ends with whichever limit it reaches first.
     *
     * @param rows of a page; a reader that wants scattered rows decodes this many for each of them
     * @param bytes of a column's page, not compressed
     */
    public record Pages(int rows, int bytes) {

        public Pages {
            if (rows <= 0 || bytes <= 0) {
                throw new IllegalArgumentException(
                        "Pages need rows and bytes, but got " + rows + " rows and " + bytes + " bytes");
            }
        }
    }

    /** Whether column chunks begin with a dictionary for as long as one pays. */
    public enum Dictionary {
        ON,
        OFF
    }

    public ParquetProfile {
        if (rowGroupBytes <= 0) {
            throw new IllegalArgumentException("Row groups need bytes, but got " + rowGroupBytes);
        }
    }

    public ParquetProfile withCodec(ParquetCodec other) {
        return new ParquetProfile(other, pages, rowGroupBytes, dictionary);
    }

    /** The profile as properties of a table. */
    Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>(codec.properties());
        properties.put(TableProperties.PARQUET_PAGE_ROW_LIMIT, Integer.toString(pages.rows()));
        properties.put(TableProperties.PARQUET_PAGE_SIZE_BYTES, Integer.toString(pages.bytes()));
        properties.put(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, Integer.toString(rowGroupBytes));
        properties.put(ParquetOutputFormat.ENABLE_DICTIONARY, Boolean.toString(dictionary == Dictionary.ON));
        return properties;
    }
}
