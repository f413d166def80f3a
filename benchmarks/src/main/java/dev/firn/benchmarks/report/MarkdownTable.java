package dev.firn.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/** Lines of equal length; the first column is to the left, the others to the right. */
public final class MarkdownTable {

    private final List<String> columns;
    private final List<List<String>> rows = new ArrayList<>();

    public MarkdownTable(String... columns) {
        this.columns = List.of(columns);
    }

    /** @throws IllegalArgumentException unless there is a cell for each column */
    public MarkdownTable row(String... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(
                    "A row of " + cells.length + " cells in a table of " + columns.size() + " columns");
        }
        rows.add(List.of(cells));
        return this;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Ends with a line break. */
    public String text() {
        StringBuilder text = new StringBuilder();
        line(text, columns);
        text.append("|---|").append("--:|".repeat(columns.size() - 1)).append('\n');
        rows.forEach(row -> line(text, row));
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
