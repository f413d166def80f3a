package dev.firn.e2e.cluster;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** A connection to a Trino whose catalog {@code lake} is the REST catalog. One thread. */
final class TrinoConnection implements Engine, AutoCloseable {

    private final Connection connection;

    /** @param server HTTP address of the coordinator */
    TrinoConnection(URI server) {
        Properties properties = new Properties();
        properties.setProperty("user", "firn");
        properties.setProperty("timezone", "UTC");
        try {
            this.connection = DriverManager.getConnection(
                    "jdbc:trino://" + server.getHost() + ":" + server.getPort() + "/lake", properties);
        } catch (SQLException e) {
            throw new AssertionError("Trino does not answer at " + server, e);
        }
    }

    @Override
    public List<String> rows(String query) {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(RowText.of(columns(result)));
            }
            return rows;
        } catch (SQLException e) {
            throw new AssertionError("Trino cannot execute " + query, e);
        }
    }

    private static List<@Nullable Object> columns(ResultSet row) throws SQLException {
        List<@Nullable Object> columns = new ArrayList<>();
        for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
            columns.add(
                    switch (row.getMetaData().getColumnType(column)) {
                        case Types.DATE -> row.getObject(column, LocalDate.class);
                        case Types.TIMESTAMP -> row.getObject(column, LocalDateTime.class);
                        case Types.TIMESTAMP_WITH_TIMEZONE -> row.getObject(column, ZonedDateTime.class);
                        default -> row.getObject(column);
                    });
        }
        return columns;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new AssertionError("The connection to Trino cannot be closed", e);
        }
    }
}
