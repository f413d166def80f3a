package dev.firn.compaction;

import dev.firn.key.Key;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Levels drawn over a key axis, and what is expected of them. A key is a column.
 *
 * <pre>
 * # the title, which says what is shown
 * with runs=3 bytes=40               options other than the usual ones; optional
 * L0   [a----]   [b 30----]          a file of 10 bytes, and one of 30
 * L0      (c-------)                 a file whose commit has not been seen
 * L1   [d x50-----]                  a file of 10 bytes, half of its rows dead
 * to L2  {de------}                  a merge is under way: its inputs, output level and keys
 * =&gt; merge a b into 1 cut 12         the choice; the next line tells the one after it, the first being under way
 * </pre>
 */
record Picture(String title, Map<String, String> settings, List<String> rows, List<String> expected) {

    private static final Pattern FILE =
            Pattern.compile("[\\[(](?<label>\\w)(?: (?<bytes>\\d+))?(?: x(?<dead>\\d+))?-*[\\])]");
    private static final Pattern MERGE = Pattern.compile("\\{(?<labels>\\w*)-*}");

    @Override
    public String toString() {
        return title;
    }

    static List<Picture> in(String file) {
        try (InputStream stream =
                Objects.requireNonNull(Picture.class.getResourceAsStream("/compaction/" + file), file)) {
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.split("\n\n+", -1))
                    .filter(part -> !part.isBlank())
                    .map(Picture::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Picture parse(String part) {
        String title = "";
        Map<String, String> settings = new HashMap<>();
        List<String> rows = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (String line : part.strip().split("\n", -1)) {
            if (line.startsWith("# ")) {
                title = (title + " " + line.substring(2)).strip();
            } else if (line.startsWith("with ")) {
                Arrays.stream(line.substring(5).split(" ", -1))
                        .map(setting -> setting.split("=", -1))
                        .forEach(setting -> settings.put(setting[0], setting[1]));
            } else if (line.startsWith("=> ")) {
                expected.add(line.substring(3).strip());
            } else {
                rows.add(line);
            }
        }
        return new Picture(title, settings, rows, expected);
    }

    List<RunShape> runs() {
        List<RunShape> runs = new ArrayList<>();
        for (String row : rows) {
            if (row.startsWith("L")) {
                matches(FILE, row).forEach(match -> runs.add(run(row, match)));
                if (runs.isEmpty()) {
                    throw new IllegalArgumentException("No file in: " + row);
                }
            }
        }
        return runs;
    }

    private static RunShape run(String row, MatchResult match) {
        long bytes = match.group(2) == null ? 10 : Long.parseLong(match.group(2));
        long dead = match.group(3) == null ? 0 : Long.parseLong(match.group(3));
        return new RunShape(match.group(1), row.charAt(1) - '0', span(match), bytes, bytes * 100, bytes * dead);
    }

    private static KeySpan span(MatchResult match) {
        return new KeySpan(key(match.start()), key(match.end() - 1));
    }

    private static List<MatchResult> matches(Pattern pattern, String row) {
        Matcher matcher = pattern.matcher(row);
        return matcher.results().toList();
    }

    static Key key(int column) {
        return Key.of(new byte[] {(byte) column});
    }

    Reservations reserved() {
        Set<String> uncommitted = new HashSet<>();
        List<Reservation> running = new ArrayList<>();
        for (String row : rows) {
            if (row.startsWith("L")) {
                matches(FILE, row).stream()
                        .filter(match -> match.group().startsWith("("))
                        .forEach(match -> uncommitted.add(match.group(1)));
            } else {
                matches(MERGE, row)
                        .forEach(match -> running.add(new Reservation(
                                Set.of(match.group(1).split("(?!^)", -1)),
                                row.charAt(row.indexOf('L') + 1) - '0',
                                span(match))));
            }
        }
        return new Reservations(uncommitted, running);
    }

    CompactionOptions options(CompactionStrategy strategy) {
        Map<String, String> all = new LinkedHashMap<>(
                Map.of("runs", "4", "base", "100", "multiplier", "4", "file", "10", "small", "0.5", "dead", "0.5"));
        all.putAll(Map.of("bytes", "1000", "rows", "1000000", "cut", "100"));
        if (!all.keySet().containsAll(settings.keySet())) {
            throw new IllegalArgumentException("Unknown setting in: " + settings);
        }
        all.putAll(settings);
        Map<String, Double> numbers = all.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> Double.parseDouble(entry.getValue())));
        return new CompactionOptions(
                strategy,
                new LevelTargets(
                        whole(numbers, "runs"),
                        whole(numbers, "base"),
                        whole(numbers, "multiplier"),
                        whole(numbers, "file"),
                        Objects.requireNonNull(numbers.get("small"))),
                Objects.requireNonNull(numbers.get("dead")),
                new JobLimits(large(numbers, "bytes"), large(numbers, "rows"), whole(numbers, "cut")));
    }

    private static int whole(Map<String, Double> numbers, String name) {
        return Objects.requireNonNull(numbers.get(name)).intValue();
    }

    private static long large(Map<String, Double> numbers, String name) {
        return Objects.requireNonNull(numbers.get(name)).longValue();
    }
}
