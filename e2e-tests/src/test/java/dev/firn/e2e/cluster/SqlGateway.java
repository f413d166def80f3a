package dev.firn.e2e.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.RoundingMode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A session of Flink's SQL gateway. One thread. */
public final class SqlGateway implements Engine, AutoCloseable {

    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private final JsonService gateway;
    private final String session;

    private SqlGateway(JsonService gateway, String session) {
        this.gateway = gateway;
        this.session = session;
    }

    /**
     * What a statement gave.
     *
     * @param job id of the job that it started, empty if none
     * @param rows as {@link RowText}
     */
    public record Result(String job, List<String> rows) {
        public Result {
            rows = List.copyOf(rows);
        }
    }

    /** Opens a session. */
    public static SqlGateway connect(URI address) {
        JsonService gateway = new JsonService(address);
        try {
            JsonNode opened = gateway.post("/v3/sessions", Map.of("properties", Map.of()));
            return new SqlGateway(
                    gateway, "/v3/sessions/" + opened.get("sessionHandle").asText());
        } catch (IOException e) {
            throw new AssertionError("The SQL gateway does not open a session", e);
        }
    }

    /**
     * Executes a statement and waits for its rows. An {@code INSERT} is submitted and not waited for.
     *
     * @param statement without the semicolon at its end
     */
    public Result execute(String statement) {
        try {
            JsonNode operation = gateway.post(session + "/statements", Map.of("statement", statement));
            String results =
                    session + "/operations/" + operation.get("operationHandle").asText() + "/result/";
            return fetch(statement, results);
        } catch (IOException e) {
            throw new AssertionError("Flink cannot execute " + statement, e);
        }
    }

    private Result fetch(String statement, String results) throws IOException {
        List<String> rows = new ArrayList<>();
        String job = "";
        Instant deadline = Instant.now().plus(DEADLINE);
        for (long token = 0; ; ) {
            JsonNode result = gateway.get(results + token + "?rowFormat=JSON");
            job = result.path("jobID").asText(job);
            switch (result.get("resultType").asText()) {
                case "EOS" -> {
                    return new Result(job, rows);
                }
                case "PAYLOAD" -> {
                    rows.addAll(rows(result.get("results")));
                    token++;
                }
                default -> Await.pause(Await.INTERVAL);
            }
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("Flink gives no result within " + DEADLINE + " of " + statement);
            }
        }
    }

    private static List<String> rows(JsonNode results) {
        JsonNode columns = results.get("columns");
        List<String> rows = new ArrayList<>();
        for (JsonNode row : results.get("data")) {
            JsonNode fields = row.get("fields");
            List<@Nullable Object> values = new ArrayList<>();
            IntStream.range(0, columns.size())
                    .forEach(i -> values.add(value(fields.get(i), columns.get(i).get("logicalType"))));
            rows.add(RowText.of(values));
        }
        return rows;
    }

    private static @Nullable Object value(JsonNode field, JsonNode type) {
        if (field.isNull()) {
            return null;
        }
        return switch (type.get("type").asText()) {
            case "DECIMAL" -> field.decimalValue().setScale(type.get("scale").asInt(), RoundingMode.UNNECESSARY);
            case "TIMESTAMP_WITHOUT_TIME_ZONE" -> LocalDateTime.parse(field.asText());
            case "TIMESTAMP_WITH_LOCAL_TIME_ZONE" -> Instant.parse(field.asText());
            case "DATE" -> LocalDate.parse(field.asText());
            default -> field.asText();
        };
    }

    @Override
    public List<String> rows(String query) {
        return execute(query).rows();
    }

    @Override
    public void close() {
        try {
            gateway.delete(session);
        } catch (IOException e) {
            throw new AssertionError("The SQL gateway does not close the session", e);
        }
    }
}
