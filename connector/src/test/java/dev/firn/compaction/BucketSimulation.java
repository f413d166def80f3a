package dev.firn.compaction;

import dev.firn.compaction.CompactionChoice.Drop;
import dev.firn.compaction.CompactionChoice.Merge;
import dev.firn.compaction.CompactionChoice.Move;
import dev.firn.key.Key;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A bucket of keys and files in memory, whose rows are dead as soon as their key is written again. It is flushed and
 * compacted step by step as a writer does it at its checkpoints, and counts what that costs. Same calls, same figures.
 *
 * <p>What is flushed at one checkpoint is committed before the next. A merge begins at a checkpoint, with the rows that
 * are live then, and its result takes the place of its inputs at the next.
 */
public final class BucketSimulation {

    private static final int PROBES = 256;

    private final Shape shape;
    private final CompactionOptions options;
    private final @Nullable File[] holder;
    private final Map<String, File> files = new LinkedHashMap<>();
    private final List<Running> running = new ArrayList<>();
    private final Set<String> uncommitted = new HashSet<>();
    private int created;
    private Figures figures;

    /**
     * How large everything is.
     *
     * @param keys of the bucket
     * @param changes between two checkpoints; some may be of the same key
     * @param rowBytes of a row in a file
     */
    public record Shape(int keys, int changes, long rowBytes) {

        /** A bucket of so many checkpoints' changes, which are so many bytes in a file. */
        public static Shape of(int checkpoints, int changes, long bytes) {
            return new Shape(checkpoints * changes, changes, bytes / changes);
        }
    }

    /** A file's keys in order; those still live in it are those whose holder it is. */
    private static final class File {
        private final String location;
        private final int[] keys;
        private int level;
        private int live;

        File(String location, int level, int[] keys) {
            this.location = location;
            this.level = level;
            this.keys = keys;
        }

        KeySpan span() {
            return new KeySpan(key(keys[0]), key(keys[keys.length - 1]));
        }
    }

    /** A merge under way, with the keys that were live in its inputs when it began. */
    private static final class Running {
        private final Merge merge;
        private final Reservation reservation;
        private final int[] keys;

        Running(Merge merge, Reservation reservation, int[] keys) {
            this.merge = merge;
            this.reservation = reservation;
            this.keys = keys;
        }
    }

    /** What happened since the last call of {@link #reset()}. */
    public static final class Figures {
        private final boolean[] compacted;
        private long changes;
        private long flushed;
        private long merged;
        private long samples;
        private double spaceSum;
        private double spaceMost;
        private double probesSum;
        private long probesMost;
        private long filesSum;

        Figures(int keys) {
            compacted = new boolean[keys];
        }

        /** Rows written by flushes and merges for each change. */
        public double writeAmplification() {
            return (double) (flushed + merged) / changes;
        }

        /** Rows of all files by live rows, after each checkpoint, on average. */
        public double spaceAmplification() {
            return spaceSum / samples;
        }

        public double mostSpaceAmplification() {
            return spaceMost;
        }

        /** Files that may hold a key, after each checkpoint, on average. */
        public double filesPerKey() {
            return probesSum / samples;
        }

        public long mostFilesPerKey() {
            return probesMost;
        }

        public double files() {
            return (double) filesSum / samples;
        }

        /** Of a hundred equal key ranges the share of which something was merged. */
        double shareOfRangesCompacted() {
            return IntStream.range(0, 100)
                            .filter(range -> IntStream.range(
                                            compacted.length * range / 100, compacted.length * (range + 1) / 100)
                                    .anyMatch(key -> compacted[key]))
                            .count()
                    / 100.0;
        }
    }

    public BucketSimulation(Shape shape, CompactionOptions options) {
        this.shape = shape;
        this.options = options;
        holder = new File[shape.keys()];
        figures = new Figures(shape.keys());
    }

    static Key key(int number) {
        return Key.of(ByteBuffer.allocate(4).putInt(number).array());
    }

    private static int number(Key key) {
        return ByteBuffer.wrap(key.bytes()).getInt();
    }

    /** Counts anew from here on. */
    public void reset() {
        figures = new Figures(shape.keys());
    }

    public Figures figures() {
        return figures;
    }

    /** The changes up to a checkpoint, and the checkpoint. */
    public void step(IntSupplier nextKey) {
        int[] keys = IntStream.generate(nextKey)
                .limit(shape.changes())
                .sorted()
                .distinct()
                .toArray();
        figures.changes += shape.changes();
        figures.flushed += keys.length;
        uncommitted.clear();
        for (int key : keys) {
            kill(key);
        }
        create(0, keys);
        List<Running> finished = List.copyOf(running);
        running.clear();
        finished.forEach(this::install);
        compact();
        sample();
    }

    private void kill(int key) {
        File file = holder[key];
        if (file != null) {
            file.live--;
        }
    }

    private void compact() {
        while (true) {
            Reservations reserved = new Reservations(
                    uncommitted,
                    running.stream().map(merge -> merge.reservation).toList());
            CompactionChoice choice = CompactionPicker.choose(shapes(), reserved, options);
            if (choice instanceof Drop drop) {
                files.remove(drop.location());
            } else if (choice instanceof Move move) {
                Objects.requireNonNull(files.get(move.location())).level = move.outputLevel();
            } else if (choice instanceof Merge merge) {
                begin(merge);
            } else {
                return;
            }
        }
    }

    private List<RunShape> shapes() {
        return files.values().stream()
                .map(file -> new RunShape(
                        file.location,
                        file.level,
                        file.span(),
                        file.keys.length * shape.rowBytes(),
                        file.keys.length,
                        file.keys.length - file.live))
                .toList();
    }

    private void begin(Merge merge) {
        List<File> inputs = merge.inputs().stream()
                .map(location -> Objects.requireNonNull(files.get(location)))
                .toList();
        int[] keys = inputs.stream()
                .flatMapToInt(file -> Arrays.stream(file.keys).filter(key -> file.equals(holder[key])))
                .sorted()
                .toArray();
        KeySpan span = inputs.stream().map(File::span).reduce(KeySpan::hull).orElseThrow();
        figures.merged += keys.length;
        Arrays.stream(keys).forEach(key -> figures.compacted[key] = true);
        running.add(
                new Running(merge, new Reservation(new HashSet<>(merge.inputs()), merge.outputLevel(), span), keys));
    }

    private void install(Running finished) {
        Set<File> inputs = new HashSet<>();
        for (String location : finished.merge.inputs()) {
            inputs.add(Objects.requireNonNull(files.remove(location)));
        }
        int[] keys = finished.keys;
        int fileRows = (int) Math.max(1, options.targets().fileBytes() / shape.rowBytes());
        int begin = 0;
        for (int end = 1; end <= keys.length; end++) {
            boolean isCut = end < keys.length && isBetween(finished.merge.cuts(), keys[end - 1], keys[end]);
            if (end - begin == fileRows || isCut || end == keys.length) {
                install(Arrays.copyOfRange(keys, begin, end), finished.merge.outputLevel(), inputs);
                begin = end;
            }
        }
    }

    /** Rows that died while they were merged are dead in the output too. */
    private void install(int[] keys, int level, Set<File> inputs) {
        File output = add(level, keys);
        for (int key : keys) {
            if (inputs.contains(holder[key])) {
                holder[key] = output;
                output.live++;
            }
        }
    }

    private static boolean isBetween(List<Key> cuts, int before, int key) {
        return cuts.stream().mapToInt(BucketSimulation::number).anyMatch(cut -> before < cut && cut <= key);
    }

    private void create(int level, int[] keys) {
        File file = add(level, keys);
        file.live = keys.length;
        Arrays.stream(keys).forEach(key -> holder[key] = file);
    }

    private File add(int level, int[] keys) {
        File file = new File("file-%06d".formatted(created++), level, keys);
        files.put(file.location, file);
        uncommitted.add(file.location);
        return file;
    }

    private void sample() {
        long rows = files.values().stream().mapToLong(file -> file.keys.length).sum();
        long live = files.values().stream().mapToLong(file -> file.live).sum();
        double space = (double) rows / live;
        figures.samples++;
        figures.spaceSum += space;
        figures.spaceMost = Math.max(figures.spaceMost, space);
        figures.probesSum +=
                IntStream.range(0, PROBES).mapToLong(this::filesAt).average().orElse(0);
        figures.probesMost = Math.max(
                figures.probesMost,
                IntStream.range(0, PROBES).mapToLong(this::filesAt).max().orElse(0));
        figures.filesSum += files.size();
    }

    private long filesAt(int probe) {
        int key = (int) ((long) holder.length * probe / PROBES);
        return files.values().stream()
                .filter(file -> file.keys[0] <= key && key <= file.keys[file.keys.length - 1])
                .count();
    }
}
