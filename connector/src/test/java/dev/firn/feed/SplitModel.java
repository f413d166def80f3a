package dev.firn.feed;

import dev.firn.dv.PositionSet;
import dev.firn.iceberg.FileChange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.jspecify.annotations.Nullable;

/** A random change of random files, and what a feed has to tell of it, by the rules alone. */
final class SplitModel {

    private final SplitFixture fixture;
    private final Random random;
    private final List<ModelFile> files = new ArrayList<>();

    /** Sets that are null belong to sides on which the file is not there. */
    private record ModelFile(
            DataFile file,
            List<Account> rows,
            @Nullable PositionSet deadBefore,
            @Nullable PositionSet deadAfter) {

        List<Account> only(@Nullable PositionSet dead, @Nullable PositionSet deadThere) {
            List<Account> only = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                if (isLive(dead, i) && !isLive(deadThere, i)) {
                    only.add(rows.get(i));
                }
            }
            return only;
        }

        List<Account> live(@Nullable PositionSet dead) {
            return only(dead, null);
        }

        private static boolean isLive(@Nullable PositionSet dead, int position) {
            return dead != null && !dead.contains(position);
        }
    }

    /** What a feed is told to do, for the model's eyes. */
    record Reading(ChangelogKind kind, List<String> columns, Predicate<Account> filter) {}

    SplitModel(SplitFixture fixture, Random random) {
        this.fixture = fixture;
        this.random = random;
        int shape = random.nextInt(8);
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            switch (shape) {
                case 0 -> add(account -> null, account -> account);
                case 1 -> add(account -> account, account -> null);
                default -> addAny();
            }
        }
        if (shape > 2) {
            copyOnWrite();
        }
        Collections.shuffle(files, random);
    }

    private interface Sides {
        @Nullable PositionSet of(PositionSet dead);
    }

    private void addAny() {
        switch (random.nextInt(3)) {
            case 0 -> add(dead -> null, dead -> dead);
            case 1 -> add(dead -> dead, dead -> null);
            default -> add(dead -> dead, dead -> dead);
        }
    }

    private void add(Sides before, Sides after) {
        boolean sorted = random.nextBoolean();
        List<Account> rows = rows(sorted ? 1 : 3);
        add(rows, sorted, before.of(dead(rows)), after.of(dead(rows)));
    }

    private void add(
            List<Account> rows, boolean sorted, @Nullable PositionSet deadBefore, @Nullable PositionSet deadAfter) {
        List<Account> written = new ArrayList<>(rows);
        Collections.shuffle(written, random);
        if (sorted) {
            written.sort(Account.BY_KEY);
        }
        files.add(new ModelFile(
                sorted ? fixture.sorted(written) : fixture.foreign(written), written, deadBefore, deadAfter));
    }

    /** Replaces the live rows of some files by copies in another file, a few of them changed. */
    private void copyOnWrite() {
        List<Account> copies = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            ModelFile file = files.get(i);
            if (file.deadBefore() != null && random.nextBoolean()) {
                files.set(i, new ModelFile(file.file(), file.rows(), file.deadBefore(), null));
                copies.addAll(file.live(file.deadBefore()));
            }
        }
        copies.replaceAll(account -> random.nextInt(4) == 0 ? account.worth(random.nextInt(100)) : account);
        if (!copies.isEmpty()) {
            add(copies, false, null, PositionSet.EMPTY);
        }
    }

    /** @param each how often a key may be there */
    private List<Account> rows(int each) {
        List<Account> rows = new ArrayList<>();
        while (rows.isEmpty()) {
            for (int id = -6; id < 6; id++) {
                for (String region : List.of("", "eu", "us")) {
                    int times = random.nextInt(3) == 0 ? random.nextInt(each + 1) : 0;
                    for (int i = 0; i < times; i++) {
                        String note = random.nextInt(5) == 0 ? null : "n" + random.nextInt(3);
                        Integer amount = random.nextInt(5) == 0 ? null : (Integer) random.nextInt(100);
                        rows.add(new Account(id, region, (byte) random.nextInt(3), note, amount));
                    }
                }
            }
        }
        return rows;
    }

    private PositionSet dead(List<Account> rows) {
        PositionSet.Builder dead = PositionSet.builder();
        int share = random.nextInt(4);
        for (int i = 0; i < rows.size(); i++) {
            if (random.nextInt(4) < share) {
                dead.add(i);
            }
        }
        return dead.build();
    }

    ChangeSplit split() {
        return SplitFixture.split(files.stream()
                .map(file -> new FileChange(
                        file.file(),
                        PartitionSpec.unpartitioned(),
                        file.deadBefore() == null ? null : fixture.live(file.file(), file.deadBefore()),
                        file.deadAfter() == null ? null : fixture.live(file.file(), file.deadAfter())))
                .toArray(FileChange[]::new));
    }

    /** All live rows as the feed's consumer has them, with how often each is there. */
    Map<String, Integer> before(Reading reading) {
        return bag(
                reading,
                files.stream()
                        .flatMap(file -> file.live(file.deadBefore()).stream())
                        .toList());
    }

    Map<String, Integer> after(Reading reading) {
        return bag(
                reading,
                files.stream()
                        .flatMap(file -> file.live(file.deadAfter()).stream())
                        .toList());
    }

    private static Map<String, Integer> bag(Reading reading, List<Account> rows) {
        Map<String, Integer> bag = new HashMap<>();
        rows.stream().filter(reading.filter()).forEach(row -> bag.merge(told(reading, row), 1, Integer::sum));
        return bag;
    }

    /** What the feed tells, row by row. */
    List<String> told(Reading reading) {
        Map<Account, List<Account>> before = new TreeMap<>(Account.BY_KEY);
        Map<Account, List<Account>> after = new TreeMap<>(Account.BY_KEY);
        for (ModelFile file : files) {
            file.only(file.deadBefore(), file.deadAfter()).forEach(row -> put(before, row));
            file.only(file.deadAfter(), file.deadBefore()).forEach(row -> put(after, row));
        }
        if (before.isEmpty() || after.isEmpty()) {
            return oneSided(reading);
        }
        Map<Account, Boolean> keys = new TreeMap<>(Account.BY_KEY);
        before.keySet().forEach(key -> keys.put(key, true));
        after.keySet().forEach(key -> keys.put(key, true));
        List<String> told = new ArrayList<>();
        for (Account key : keys.keySet()) {
            List<Account> old = before.getOrDefault(key, new ArrayList<>());
            List<Account> now = after.getOrDefault(key, new ArrayList<>());
            told.addAll(
                    reading.kind() == ChangelogKind.UPSERT ? upserts(reading, old, now) : changes(reading, old, now));
        }
        return told;
    }

    private static void put(Map<Account, List<Account>> rows, Account row) {
        rows.computeIfAbsent(row, key -> new ArrayList<>()).add(row);
    }

    private List<String> oneSided(Reading reading) {
        List<String> told = new ArrayList<>();
        for (ModelFile file : files) {
            List<Account> old = file.only(file.deadBefore(), file.deadAfter());
            if (reading.kind() == ChangelogKind.UPSERT) {
                old.forEach(row -> told.add("-D" + keyOnly(reading, row)));
            } else {
                old.stream().filter(reading.filter()).forEach(row -> told.add("-D" + told(reading, row)));
            }
            file.only(file.deadAfter(), file.deadBefore()).stream()
                    .filter(reading.filter())
                    .forEach(row -> told.add("+I" + told(reading, row)));
        }
        return told;
    }

    private static List<String> changes(Reading reading, List<Account> before, List<Account> after) {
        List<Account> old = new ArrayList<>(before);
        List<Account> now = new ArrayList<>();
        for (Account row : after) {
            int same = old.stream().map(other -> read(reading, other)).toList().indexOf(read(reading, row));
            if (same < 0) {
                now.add(row);
            } else {
                old.remove(same);
            }
        }
        List<String> told = new ArrayList<>();
        while (!old.isEmpty() || !now.isEmpty()) {
            Account was = old.isEmpty() ? null : old.remove(0);
            Account is = now.isEmpty() ? null : now.remove(0);
            boolean wasSeen = was != null && reading.filter().test(was);
            boolean isSeen = is != null && reading.filter().test(is);
            if (wasSeen) {
                told.add((isSeen ? "-U" : "-D") + told(reading, Objects.requireNonNull(was)));
            }
            if (isSeen) {
                told.add((wasSeen ? "+U" : "+I") + told(reading, Objects.requireNonNull(is)));
            }
        }
        return told;
    }

    private static List<String> upserts(Reading reading, List<Account> before, List<Account> after) {
        List<Account> now = after.stream().filter(reading.filter()).toList();
        List<String> told = new ArrayList<>();
        for (int i = 0; i < now.size(); i++) {
            told.add((i < before.size() ? "+U" : "+I") + told(reading, now.get(i)));
        }
        if (now.isEmpty()) {
            before.forEach(row -> told.add("-D" + keyOnly(reading, row)));
        }
        return told;
    }

    /** All that is read of a row: what is produced, the key, and the amount for the filter. */
    private static List<String> read(Reading reading, Account row) {
        return List.of(told(reading, row), row.key(), String.valueOf(row.amount()));
    }

    private static String told(Reading reading, Account row) {
        return reading.columns().stream()
                .map(column -> String.valueOf(value(row, column)))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String keyOnly(Reading reading, Account row) {
        return reading.columns().stream()
                .map(column ->
                        List.of("id", "region", "grade").contains(column) ? String.valueOf(value(row, column)) : "null")
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static @Nullable Object value(Account row, String column) {
        return switch (column) {
            case "id" -> row.id();
            case "region" -> row.region();
            case "grade" -> row.grade();
            case "note" -> row.note();
            default -> row.amount();
        };
    }
}
