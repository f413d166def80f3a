package dev.firn.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.RestFixture;

/**
 * Serves a JDBC catalog as a REST catalog, until its input ends. Its only line of output is {@code ready} and its URI.
 */
public final class CatalogRunner {

    private CatalogRunner() {}

    /** @param args the port, 0 for any that is free, and properties of the JDBC catalog as {@code key=value} */
    public static void main(String[] args) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, UTF_8);
        System.setOut(System.err);
        Map<String, String> properties = new HashMap<>();
        for (String argument : args) {
            int equals = argument.indexOf('=');
            if (equals > 0) {
                properties.put(argument.substring(0, equals), argument.substring(equals + 1));
            }
        }
        JdbcCatalog catalog = new JdbcCatalog();
        catalog.initialize("rest", properties);
        try (RestFixture server = RestFixture.serving(catalog, Integer.parseInt(args[0]))) {
            answers.println("ready " + server.uri());
            System.in.transferTo(PrintStream.nullOutputStream());
        }
    }
}
