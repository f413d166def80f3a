package dev.firn.e2e.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/** A REST interface that speaks JSON. */
public final class JsonService {

    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;

    /** @param address which paths are appended to */
    public JsonService(URI address) {
        this.address = address;
    }

    public JsonNode get(String path) throws IOException {
        return send(request(path).build());
    }

    JsonNode post(String path, Map<String, ?> body) throws IOException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(text(body)))
                .build());
    }

    void delete(String path) throws IOException {
        send(request(path).DELETE().build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path)).timeout(TIMEOUT);
    }

    private static String text(Map<String, ?> body) throws JsonProcessingException {
        return JSON.writeValueAsString(body);
    }

    private JsonNode send(HttpRequest request) throws IOException {
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new IOException("%s: %d %s"
                        .formatted(
                                request, response.statusCode(), response.body().translateEscapes()));
            }
            return JSON.readTree(response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(request + " was interrupted", e);
        }
    }
}
