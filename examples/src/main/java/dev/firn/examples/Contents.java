package dev.firn.examples;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The rows of a table by primary key. A value is what Java has for it: {@code Integer}, {@code Long}, {@code String},
 * {@code BigDecimal}, {@code LocalDateTime}, {@code Instant} or null; rows are lists in the order of the table's
 * columns.
 */
final class Contents implements Consumer<List<Object>> {

    private final int[] keyPositions;
    private final Map<List<Object>, List<Object>> rows = new HashMap<>();
    private final List<String> duplicates = new ArrayList<>();

    Contents(List<String> columns, List<String> key) {
        this.keyPositions = key.stream().mapToInt(columns::indexOf).toArray();
    }

    @Override
    public void accept(List<Object> row) {
        List<Object> key = new ArrayList<>(keyPositions.length);
        for (int position : keyPositions) {
            key.add(row.get(position));
        }
        List<Object> other = rows.put(key, row);
        if (other != null) {
            duplicates.add("key " + key + " has the rows " + other + " and " + row);
        }
    }

    int size() {
        return rows.size() + duplicates.size();
    }

    /** What is there more than once, in words; empty if every key has one row. */
    List<String> duplicates() {
        return List.copyOf(duplicates);
    }

    /** What differs, in words; empty if both hold equal rows and no key twice. */
    List<String> differencesFrom(Contents expected) {
        List<String> differences = new ArrayList<>(duplicates);
        expected.rows.forEach((key, row) -> {
            List<Object> here = rows.get(key);
            if (here == null) {
                differences.add("key " + key + " is missing");
            } else if (!Objects.equals(here, row)) {
                differences.add("key " + key + " has the row " + here + " instead of " + row);
            }
        });
        rows.keySet().stream()
                .filter(key -> !expected.rows.containsKey(key))
                .forEach(key -> differences.add("key " + key + " should not be there"));
        return differences;
    }
}
