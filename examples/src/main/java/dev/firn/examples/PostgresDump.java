package dev.firn.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** What PostgreSQL itself said was in its tables when the stream of changes ended. */
final class PostgresDump {

    private static final DateTimeFormatter WITHOUT_ZONE = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral(' ')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .toFormatter();
    private static final DateTimeFormatter WITH_ZONE = new DateTimeFormatterBuilder()
            .append(WITHOUT_ZONE)
            .appendOffset("+HH", "+00")
            .toFormatter();

    private final Path folder;

    PostgresDump(Path folder) {
        this.folder = folder;
    }

    /** Counts and sums, one line a table: {@code name|count|sum}, more columns for {@code kv}. */
    List<String> aggregates() {
        try {
            return Files.readAllLines(folder.resolve("aggregates.txt"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The rows of a table.
     *
     * @param schema the copy's columns, which tell how to read a text
     */
    Contents rows(CopiedTable table, Schema schema) {
        Path file = folder.resolve(table.name() + ".csv.gz");
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), UTF_8))) {
            List<String> columns = List.of(in.readLine().split(","));
            Contents contents = new Contents(columns, table.key());
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                contents.accept(row(columns, line, schema));
            }
            return contents;
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    private static List<Object> row(List<String> columns, String line, Schema schema) {
        if (line.indexOf('"') >= 0) {
            throw new IllegalArgumentException("quotes are not expected in this dump: " + line);
        }
        String[] texts = line.split(",", -1);
        List<Object> row = new ArrayList<>(texts.length);
        for (int i = 0; i < texts.length; i++) {
            row.add(texts[i].isEmpty() ? null : value(texts[i], schema.findType(columns.get(i))));
        }
        return row;
    }

    private static Object value(String text, Type type) {
        return switch (type.typeId()) {
            case INTEGER -> Integer.valueOf(text);
            case LONG -> Long.valueOf(text);
            case STRING -> text;
            case DECIMAL -> new BigDecimal(text);
            case TIMESTAMP -> timestamp(text, (Types.TimestampType) type);
            default -> throw new IllegalArgumentException("no column of the dump has the type " + type);
        };
    }

    private static Object timestamp(String text, Types.TimestampType type) {
        if (type.shouldAdjustToUTC()) {
            return OffsetDateTime.parse(text, WITH_ZONE).toInstant();
        }
        // Debezium sent a TIMESTAMP in milliseconds, the dump has microseconds.
        return LocalDateTime.parse(text, WITHOUT_ZONE).truncatedTo(ChronoUnit.MILLIS);
    }
}
