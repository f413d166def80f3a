package dev.firn.compaction;

import dev.firn.compaction.CompactionChoice.Drop;
import dev.firn.compaction.CompactionChoice.Merge;
import dev.firn.compaction.CompactionChoice.Move;
import dev.firn.key.Key;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

/**
 * A bucket of keys and files in memory, whose rows are dead as soon as their key is written again. It is flushed and
 * compacted step by step, and counts what that costs. Same calls, same figures.
 */
final class BucketSimulation {

    static final int BUFFER_ROWS = 256;
    static final long ROW_BYTES = (64L << 20) / BUFFER_ROWS;

    private static final int PROBES = 256;

    private final CompactionOptions options;
    private final int[] holder;
    private final Map<String, File> files = new LinkedHashMap<>();
    private int created;
    private Figures figures = new Figures();

    /** A file's keys in order; those still live in it are those whose holder it is. */
    private static final class File {
        private final int id;
        private final int level;
        private final int[] keys;

        File(int id, int level, int[] keys) {
            this.id = id;
            this.level = level;
            this.keys = keys;
        }

        String location() {
            return "file-%06d".formatted(id);
        }

        File movedTo(int otherLevel) {
            return new File(id, otherLevel, keys);
        }
    }

    /** What happened since the last call of {@link #reset()}. */
    static final class Figures {
        long flushed;
        long written;
        long samples;
        double spaceSum;
        double probesSum;
        long probesMax;
        long filesSum;
        boolean[] compacted = new boolean[0];

        double writeAmplification() {
            return (double) (flushed + written) / flushed;
        }

        double space() {
            return spaceSum / samples;
        }

        double probes() {
            return probesSum / samples;
        }

        double files() {
            return (double) filesSum / samples;
        }
    }

    BucketSimulation(int keys, CompactionOptions options) {
        this.options = options;
        holder = new int[keys];
        Arrays.fill(holder, -1);
        reset();
    }

    static Key key(int number) {
        return Key.of(ByteBuffer.allocate(4).putInt(number).array());
    }

    private static int number(Key key) {
        return ByteBuffer.wrap(key.bytes()).getInt();
    }

    void reset() {
        figures = new Figures();
        figures.compacted = new boolean[holder.length];
    }

    Figures figures() {
        return figures;
    }

    /** Fills the write buffer with distinct keys and flushes it, then compacts as long as there is something to do. */
    void step(IntSupplier nextKey) {
        int[] keys = IntStream.generate(nextKey)
                .distinct()
                .limit(BUFFER_ROWS)
                .sorted()
                .toArray();
        figures.flushed += keys.length;
        create(0, keys);
        long most = IntStream.range(0, PROBES).mapToLong(this::filesAt).max().orElse(0);
        figures.probesMax = Math.max(figures.probesMax, most);
        while (apply(CompactionPicker.choose(shapes(), Reservations.NONE, options))) {
            // until there is nothing to do
        }
        sample();
    }

    private void sample() {
        long rows = files.values().stream().mapToLong(file -> file.keys.length).sum();
        long live = Arrays.stream(holder).filter(file -> file >= 0).count();
        figures.samples++;
        figures.spaceSum += (double) live / rows;
        figures.probesSum +=
                IntStream.range(0, PROBES).mapToLong(this::filesAt).average().orElse(0);
        figures.filesSum += files.size();
    }

    private long filesAt(int probe) {
        int key = (int) ((long) holder.length * probe / PROBES);
        return files.values().stream()
                .filter(file -> file.keys[0] <= key && key <= file.keys[file.keys.length - 1])
                .count();
    }

    private List<RunShape> shapes() {
        int[] live = new int[created];
        Arrays.stream(holder).filter(file -> file >= 0).forEach(file -> live[file]++);
        return files.values().stream()
                .map(file -> new RunShape(
                        file.location(),
                        file.level,
                        new KeySpan(key(file.keys[0]), key(file.keys[file.keys.length - 1])),
                        file.keys.length * ROW_BYTES,
                        file.keys.length,
                        file.keys.length - live[file.id]))
                .toList();
    }

    private boolean apply(CompactionChoice choice) {
        if (choice instanceof Drop drop) {
            files.remove(drop.location());
        } else if (choice instanceof Move move) {
            files.computeIfPresent(move.location(), (location, file) -> file.movedTo(move.outputLevel()));
        } else if (choice instanceof Merge merge) {
            merge(merge);
        }
        return !(choice instanceof CompactionChoice.Nothing);
    }

    private void merge(Merge merge) {
        List<File> inputs = merge.inputs().stream()
                .map(location -> Objects.requireNonNull(files.remove(location)))
                .toList();
        int[] keys = inputs.stream()
                .flatMapToInt(file -> Arrays.stream(file.keys).filter(key -> holder[key] == file.id))
                .sorted()
                .toArray();
        Arrays.stream(keys).forEach(key -> figures.compacted[key] = true);
        figures.written += keys.length;
        int fileRows = (int) (options.targets().fileBytes() / ROW_BYTES);
        int begin = 0;
        for (int end = 1; end <= keys.length; end++) {
            boolean isCut = end < keys.length && isBetween(merge.cuts(), keys[end - 1], keys[end]);
            if (end - begin == fileRows || isCut || end == keys.length) {
                create(merge.outputLevel(), Arrays.copyOfRange(keys, begin, end));
                begin = end;
            }
        }
    }

    private static boolean isBetween(List<Key> cuts, int before, int key) {
        return cuts.stream().mapToInt(BucketSimulation::number).anyMatch(cut -> before < cut && cut <= key);
    }

    private void create(int level, int[] keys) {
        File file = new File(created++, level, keys);
        files.put(file.location(), file);
        Arrays.stream(keys).forEach(key -> holder[key] = file.id);
    }
}
