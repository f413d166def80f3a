package dev.firn.e2e.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firn.e2e.cluster.RowText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/** What Debezium told of a minute of PostgreSQL, and what that PostgreSQL held at the end. */
final class Recording {

    private static final Path FOLDER =
            Path.of("..", "examples", "data", "pgbench-cdc").toAbsolutePath().normalize();
    private static final DateTimeFormatter WITHOUT_ZONE = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral(' ')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .toFormatter();
    private static final DateTimeFormatter WITH_ZONE = new DateTimeFormatterBuilder()
            .append(WITHOUT_ZONE)
            .appendOffset("+HH", "+00")
            .toFormatter();
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<RecordedTable, List<Event>> EVENTS = new ConcurrentHashMap<>();

    private Recording() {}

    /**
     * A change of a row.
     *
     * @param key the row's primary key
     * @param change as Debezium's JSON
     */
    private record Event(String key, String change) {}

    /**
     * One of some equal parts of each table's events, in their order.
     *
     * @param number from 1
     */
    record Portion(int number, int of) {
        private List<Event> among(List<Event> events) {
            return events.subList(events.size() * (number - 1) / of, events.size() * number / of);
        }
    }

    /** Topic of a table's events, as Debezium names it. */
    static String topic(String server, RecordedTable table) {
        return server + ".public." + table.name();
    }

    /**
     * Sends events as Debezium does, with the primary key as the record's, and returns when Kafka has them all.
     *
     * @param kafka bootstrap servers
     * @param server first part of the topics' names
     */
    static void publish(String kafka, String server, Portion portion) {
        Map<String, Object> configuration = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka,
                ProducerConfig.LINGER_MS_CONFIG,
                20,
                ProducerConfig.BATCH_SIZE_CONFIG,
                256 * 1024,
                // A new topic's broker may refuse the first batch and accept the next.
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                1);
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(configuration, new StringSerializer(), new StringSerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (RecordedTable table : RecordedTable.ALL) {
                for (Event event : portion.among(events(table))) {
                    sent.add(producer.send(new ProducerRecord<>(topic(server, table), event.key(), event.change())));
                }
            }
            for (Future<RecordMetadata> event : sent) {
                event.get();
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError("Kafka does not take the events", e);
        }
    }

    /** All of them, in their order; read once. */
    private static List<Event> events(RecordedTable table) {
        return EVENTS.computeIfAbsent(
                table,
                recorded -> lines("events/" + recorded.name() + ".jsonl.gz").stream()
                        .map(change -> new Event(key(recorded, change), change))
                        .toList());
    }

    private static String key(RecordedTable table, String event) {
        try {
            JsonNode change = JSON.readTree(event);
            JsonNode row = change.get("after").isNull() ? change.get("before") : change.get("after");
            return table.key().stream().map(column -> row.get(column).asText()).collect(Collectors.joining("|"));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(event, e);
        }
    }

    /** The table's rows at the end, sorted, as {@link RowText}. */
    static List<String> rows(RecordedTable table) {
        List<String> lines = lines("final/" + table.name() + ".csv.gz");
        List<String> columns = List.of(lines.get(0).split(","));
        if (!columns.equals(table.columns())) {
            throw new IllegalStateException("The dump of " + table.name() + " has the columns " + columns);
        }
        return lines.subList(1, lines.size()).stream()
                .map(line -> row(columns, line))
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    /** Region, number of orders and sum of their quantities at the end, sorted. */
    static List<String> ordersByRegion() {
        Map<String, long[]> sums = new TreeMap<>();
        for (String row : rows(RecordedTable.named("ord"))) {
            String[] columns = row.split("\\|", -1);
            long[] sum = sums.computeIfAbsent(columns[0], region -> new long[2]);
            sum[0]++;
            sum[1] += Long.parseLong(columns[2]);
        }
        return sums.entrySet().stream()
                .map(sum -> sum.getKey() + "|" + sum.getValue()[0] + "|" + sum.getValue()[1])
                .toList();
    }

    private static String row(List<String> columns, String line) {
        List<String> texts = List.of(line.split(",", -1));
        return RowText.of(IntStream.range(0, columns.size())
                .mapToObj(i -> value(columns.get(i), texts.get(i)))
                .toList());
    }

    private static Object value(String column, String text) {
        return switch (column) {
            // Debezium sent it in milliseconds; the dump has microseconds.
            case "mtime" -> LocalDateTime.parse(text, WITHOUT_ZONE).truncatedTo(ChronoUnit.MILLIS);
            case "ts" -> OffsetDateTime.parse(text, WITH_ZONE);
            default -> text;
        };
    }

    private static List<String> lines(String file) {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(FOLDER.resolve(file))), UTF_8))) {
            return lines.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
