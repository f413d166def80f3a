package dev.firn.e2e.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A session of Flink's SQL gateway, by its REST interface. One thread. */
public final class SqlGateway implements AutoCloseable {

    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI session;

    private SqlGateway(URI gateway) {
        JsonNode opened = post(gateway.resolve("/v3/sessions"), Map.of("properties", Map.of()));
        this.session =
                gateway.resolve("/v3/sessions/" + opened.get("sessionHandle").asText());
    }

    /**
     * What a statement gave.
     *
     * @param job id of the job that it started, empty if none
     * @param rows of text as Flink prints it, {@code NULL} where there is nothing
     */
    public record Result(String job, List<List<String>> rows) {
        public Result {
            rows = List.copyOf(rows);
        }
    }

    public static SqlGateway connect(URI gateway) {
        return new SqlGateway(gateway);
    }

    /**
     * Executes a statement and waits for its rows. An {@code INSERT} is submitted and not waited for.
     *
     * @param statement without the semicolon at its end
     */
    public Result execute(String statement) {
        JsonNode operation = post(at("/statements"), Map.of("statement", statement));
        String results = "/operations/" + operation.get("operationHandle").asText() + "/result/";
        List<List<String>> rows = new ArrayList<>();
        String job = "";
        for (long token = 0; ; token++) {
            JsonNode result = result(at(results + token + "?rowFormat=PLAIN_TEXT"), statement);
            job = result.path("jobID").asText(job);
            if (result.get("resultType").asText().equals("EOS")) {
                return new Result(job, rows);
            }
            result.get("results").get("data").forEach(row -> rows.add(fields(row)));
        }
    }

    private JsonNode result(URI address, String statement) {
        return Await.present(
                () -> Optional.of(get(address))
                        .filter(result -> !result.get("resultType").asText().equals("NOT_READY")),
                DEADLINE,
                () -> "the result of " + statement);
    }

    private static List<String> fields(JsonNode row) {
        List<String> fields = new ArrayList<>();
        row.get("fields").forEach(field -> fields.add(field.isNull() ? "NULL" : field.asText()));
        return fields;
    }

    private URI at(String path) {
        return URI.create(session + path);
    }

    private JsonNode get(URI address) {
        return send(HttpRequest.newBuilder(address).build());
    }

    private JsonNode post(URI address, Map<String, ?> body) {
        try {
            return send(HttpRequest.newBuilder(address)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                    .build());
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private JsonNode send(HttpRequest request) {
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new AssertionError(request + ": " + response.statusCode() + "\n"
                        + response.body().replace("\\n", "\n").replace("\\t", "\t"));
            }
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new AssertionError(request + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(request + " was interrupted", e);
        }
    }

    @Override
    public void close() {
        send(HttpRequest.newBuilder(session).DELETE().build());
    }
}
