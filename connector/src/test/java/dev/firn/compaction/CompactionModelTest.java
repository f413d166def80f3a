package dev.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.compaction.CompactionChoice.Drop;
import dev.firn.compaction.CompactionChoice.Merge;
import dev.firn.compaction.CompactionChoice.Move;
import dev.firn.compaction.CompactionChoice.Nothing;
import dev.firn.key.Key;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random files, options, flushes and deletes; merges that are under way for some while before their result lands. A row
 * is a key in a file, all files of one row size.
 */
class CompactionModelTest {

    private static final int KEYS = 4_000;
    private static final int ROW_BYTES = 10;

    private Random random = new Random();
    private CompactionOptions options = CompactionOptions.defaults();
    private final Map<Integer, String> holders = new TreeMap<>();
    private final Map<String, File> files = new HashMap<>();
    private final Set<String> uncommitted = new HashSet<>();
    private final List<Running> running = new ArrayList<>();
    private int created;

    private record File(int level, NavigableSet<Integer> keys) {}

    private record Running(Merge merge, Reservation reservation) {}

    static IntStream seeds() {
        return IntStream.range(0, 60);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whateverIsChosenKeepsRowsOrderAndLimitsAndComesToAnEnd(int seed) {
        random = new Random(seed);
        options = randomOptions(seed % 2 == 0 ? CompactionStrategy.LEVELED : CompactionStrategy.TIERED);
        load();
        for (int step = 0; step < 60; step++) {
            flush();
            choose(random.nextInt(4));
            if (random.nextInt(3) == 0) {
                landSome();
            }
        }
        settle();
    }

    private CompactionOptions randomOptions(CompactionStrategy strategy) {
        long base = 1_000L + random.nextInt(4_000);
        return new CompactionOptions(
                strategy,
                new LevelTargets(
                        2 + random.nextInt(6),
                        base,
                        2 + random.nextInt(6),
                        300L + random.nextInt(2_000),
                        random.nextDouble() / 2),
                0.1 + 0.9 * random.nextDouble(),
                new JobLimits(2 * base + random.nextInt(20_000), 300L + random.nextInt(5_000), 1 + random.nextInt(3)));
    }

    /** As at the start of a writer: files of any shape, which claim levels at random. */
    private void load() {
        for (int file = random.nextInt(40); file > 0; file--) {
            create(random.nextInt(5), randomKeys());
        }
        Map<String, Integer> levels = LevelAssignment.assign(shapes(), options.strategy());
        levels.forEach(
                (location, level) -> files.computeIfPresent(location, (same, file) -> new File(level, file.keys())));
        assertDisjoint();
    }

    private NavigableSet<Integer> randomKeys() {
        int width = 1 + random.nextInt(random.nextBoolean() ? KEYS : KEYS / 20);
        int begin = random.nextInt(KEYS - width + 1);
        int count = 1 + random.nextInt(Math.min(width, 200));
        return random.ints(count, begin, begin + width).boxed().collect(Collectors.toCollection(TreeSet::new));
    }

    private void flush() {
        NavigableSet<Integer> keys = randomKeys();
        create(0, keys);
        if (random.nextInt(3) == 0) {
            uncommitted.add(location(created - 1));
        } else {
            uncommitted.clear();
        }
        for (int deletes = random.nextInt(100); deletes > 0; deletes--) {
            holders.remove(random.nextInt(KEYS));
        }
    }

    private String create(int level, NavigableSet<Integer> keys) {
        String location = location(created++);
        files.put(location, new File(level, keys));
        keys.forEach(key -> holders.put(key, location));
        return location;
    }

    private static String location(int number) {
        return "file-" + number;
    }

    private List<RunShape> shapes() {
        return files.entrySet().stream()
                .map(entry -> shape(entry.getKey(), entry.getValue()))
                .toList();
    }

    private RunShape shape(String location, File file) {
        long live = file.keys().stream()
                .filter(key -> location.equals(holders.get(key)))
                .count();
        return new RunShape(
                location,
                file.level(),
                new KeySpan(
                        BucketSimulation.key(file.keys().first()),
                        BucketSimulation.key(file.keys().last())),
                (long) file.keys().size() * ROW_BYTES,
                file.keys().size(),
                file.keys().size() - live);
    }

    /** @return whether there is nothing more to do */
    private boolean choose(int times) {
        for (int i = 0; i < times; i++) {
            Reservations reserved = new Reservations(
                    uncommitted, running.stream().map(Running::reservation).toList());
            CompactionChoice choice = CompactionPicker.choose(shapes(), reserved, options);
            if (choice instanceof Nothing) {
                return true;
            } else if (choice instanceof Drop drop) {
                assertFree(Set.of(drop.location()));
                assertThat(holders).doesNotContainValue(drop.location());
                files.remove(drop.location());
            } else if (choice instanceof Move move) {
                assertFree(Set.of(move.location()));
                File moved = Objects.requireNonNull(files.get(move.location()));
                assertThat(move.outputLevel()).isGreaterThan(moved.level());
                assertApartFromRunning(
                        move.outputLevel(), shape(move.location(), moved).keys());
                files.put(move.location(), new File(move.outputLevel(), moved.keys()));
            } else if (choice instanceof Merge merge) {
                begin(merge);
            }
            assertDisjoint();
        }
        return false;
    }

    private void begin(Merge merge) {
        Set<String> inputs = new HashSet<>(merge.inputs());
        assertThat(inputs).hasSameSizeAs(merge.inputs());
        assertFree(inputs);
        List<RunShape> shapes =
                shapes().stream().filter(run -> inputs.contains(run.location())).toList();
        KeySpan keys = Draft.hull(shapes);
        assertApartFromRunning(merge.outputLevel(), keys);
        assertThat(merge.cuts()).isSorted().doesNotHaveDuplicates().allMatch(keys::contains);
        if (shapes.size() > 2) {
            assertThat(Draft.bytes(shapes)).isLessThanOrEqualTo(options.limits().bytes());
            assertThat(shapes.stream().mapToLong(RunShape::rows).sum())
                    .isLessThanOrEqualTo(options.limits().rows());
        }
        running.add(new Running(merge, new Reservation(inputs, merge.outputLevel(), keys)));
    }

    private void assertFree(Set<String> locations) {
        assertThat(files).containsKeys(locations.toArray(String[]::new));
        assertThat(locations).noneMatch(uncommitted::contains);
        running.forEach(other -> assertThat(locations)
                .doesNotContainAnyElementsOf(other.reservation().inputs()));
    }

    private boolean mayOverlap(int level) {
        int last =
                Math.max(2, files.values().stream().mapToInt(File::level).max().orElse(0));
        return level == 0 || (options.strategy() == CompactionStrategy.TIERED && level < last);
    }

    private void assertApartFromRunning(int level, KeySpan keys) {
        if (!mayOverlap(level)) {
            assertThat(running)
                    .filteredOn(other -> other.reservation().outputLevel() == level)
                    .noneMatch(other -> other.reservation().keys().overlaps(keys));
        }
    }

    private void assertDisjoint() {
        List<RunShape> runs = shapes().stream()
                .filter(run -> !mayOverlap(run.level()))
                .sorted(Level.ORDER)
                .toList();
        for (RunShape run : runs) {
            assertThat(runs)
                    .filteredOn(other -> other.level() == run.level() && !other.equals(run))
                    .noneMatch(other -> other.keys().overlaps(run.keys()));
        }
    }

    private void landSome() {
        while (!running.isEmpty() && random.nextInt(3) > 0) {
            land(running.remove(random.nextInt(running.size())));
        }
    }

    private void land(Running landing) {
        Merge merge = landing.merge();
        NavigableSet<Integer> live = new TreeSet<>();
        for (String location : merge.inputs()) {
            File file = Objects.requireNonNull(files.remove(location));
            file.keys().stream()
                    .filter(key -> location.equals(holders.get(key)))
                    .forEach(live::add);
        }
        int size = holders.size();
        int fileRows = (int) Math.max(1, options.targets().fileBytes() / ROW_BYTES);
        NavigableSet<Integer> keys = new TreeSet<>();
        for (int key : live) {
            Key next = BucketSimulation.key(key);
            boolean isCut = !keys.isEmpty()
                    && merge.cuts().stream()
                            .anyMatch(cut ->
                                    BucketSimulation.key(keys.last()).compareTo(cut) < 0 && cut.compareTo(next) <= 0);
            if (isCut || keys.size() == fileRows) {
                create(merge.outputLevel(), new TreeSet<>(keys));
                keys.clear();
            }
            keys.add(key);
        }
        if (!keys.isEmpty()) {
            create(merge.outputLevel(), keys);
        }
        assertThat(holders).hasSize(size);
        assertDisjoint();
    }

    /** With no more flushes there is an end, and then no stack is deep and no dead file left. */
    private void settle() {
        uncommitted.clear();
        for (int rounds = 0; !(choose(1) && running.isEmpty()); rounds++) {
            landSome();
            assertThat(rounds).as("rounds without an end").isLessThan(5_000);
        }
        assertThat(shapes()).noneMatch(RunShape::isDead);
        assertThat(holders.values()).allMatch(files::containsKey);
        assertThat(deepestStack()).isLessThan(options.targets().runs());
    }

    private int deepestStack() {
        List<RunShape> stacked =
                shapes().stream().filter(run -> mayOverlap(run.level())).toList();
        return stacked.stream()
                .mapToInt(run -> (int) stacked.stream()
                        .filter(other -> other.keys().contains(run.keys().first()))
                        .count())
                .max()
                .orElse(0);
    }
}
