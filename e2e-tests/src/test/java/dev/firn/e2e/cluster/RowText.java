package dev.firn.e2e.cluster;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A row as text, the same for all engines: its columns with {@code |} between them, without a word for null. Numbers
 * have no exponent, decimals keep their scale, points in time are told in UTC, with no more fraction than they have.
 */
public final class RowText {

    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter();

    private RowText() {}

    public static String of(List<? extends @Nullable Object> columns) {
        return columns.stream().map(RowText::column).collect(Collectors.joining("|"));
    }

    private static String column(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        if (value instanceof Double || value instanceof Float) {
            return floatingPoint(((Number) value).doubleValue(), value.toString());
        }
        if (value instanceof LocalDateTime timestamp) {
            return TIMESTAMP.format(timestamp);
        }
        if (value instanceof Instant instant) {
            return TIMESTAMP.format(instant.atOffset(ZoneOffset.UTC));
        }
        if (value instanceof OffsetDateTime timestamp) {
            return column(timestamp.toInstant());
        }
        if (value instanceof ZonedDateTime timestamp) {
            return column(timestamp.toInstant());
        }
        if (value instanceof String
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof LocalDate) {
            return value.toString();
        }
        throw new IllegalArgumentException("No text is agreed on for " + value.getClass());
    }

    private static String floatingPoint(double value, String shortest) {
        return Double.isFinite(value)
                ? new BigDecimal(shortest).stripTrailingZeros().toPlainString()
                : shortest;
    }
}
