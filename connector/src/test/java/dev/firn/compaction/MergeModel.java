package dev.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.KeyIndex;
import dev.firn.key.Key;
import dev.firn.run.RunFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;

/**
 * Random runs, sorted and not, with dead rows, merged by a job with random cuts, target size and filter, while more
 * rows die. What should come out is known from maps alone.
 */
final class MergeModel implements AutoCloseable {

    private static final long ROW_ID = 3;
    private static final long MOST_IDS = 600;

    private final Random random;
    private final CompactionFixture fixture;

    /** A row in an input. */
    private record Place(int input, long position) {}

    private final List<LiveRun> inputs = new ArrayList<>();
    private final List<List<Record>> rows = new ArrayList<>();
    private final Map<Long, Place> live = new TreeMap<>();
    private final Map<Place, Long> superseded = new HashMap<>();
    private final Set<Long> doubles = new TreeSet<>();
    private final Map<String, PositionSet> deadNow = new HashMap<>();
    private final Set<Long> late = new TreeSet<>();

    MergeModel(long seed, Path localDisk) {
        random = new Random(seed);
        fixture = new CompactionFixture(localDisk);
    }

    void run() throws Exception {
        writeInputs();
        long rebuilds = indexInputs();
        Decision decision = Decision.values()[random.nextInt(Decision.values().length)];
        long targetBytes = random.nextBoolean() ? 1L << 30 : 1_000 + random.nextInt(20_000);
        Compactor compactor =
                fixture.compactor(targetBytes, RateLimiter.unlimited(), decision::judge, 500L << random.nextInt(16));
        long dying = random.nextInt(200);
        fixture.io.onEachOperation(operation -> {
            if (operation == dying) {
                killLate();
            }
        });
        List<Runnable> tasks = new ArrayList<>();
        List<Key> cuts = cuts();
        CompactionJob job = CompactionJob.start(compactor, inputs, 2, cuts, tasks::add);
        Collections.shuffle(tasks, random);
        assertThat(tasks).hasSize(cuts.size() + 1);
        for (Runnable task : tasks) {
            assertThat(job.isDone()).isFalse();
            task.run();
        }
        killLate();

        CompactionResult result = job.result();
        checkRows(result, decision);
        checkFiles(result.outputs(), targetBytes, cuts.size() + 1);
        checkLateDeletes(result, decision);
        assertThat(fixture.indexes.statistics().rebuilds()).isEqualTo(rebuilds);
        Set<String> inputFiles = locations(inputs.stream().map(LiveRun::run).toList());
        assertThat(result.inputsAreAmong(inputFiles)).isTrue();
        assertThat(result.inputsAreAmong(Set.of())).isFalse();
        result.discard();
        assertThat(fixture.io.createdAndThere()).isEmpty();
    }

    /** What the filter does, told by the key. */
    private enum Decision {
        KEEP_ALL,
        DROP_SOME,
        CHANGE_SOME,
        BOTH,
        DROP_ALL;

        RowFilter.Verdict judge(StructLike row) {
            long id = row.get(0, Long.class);
            if (drops(id)) {
                return new RowFilter.Verdict.Drop();
            }
            if (changes(id)) {
                GenericRecord changed = GenericRecord.create(CompactionFixture.SCHEMA);
                changed.set(0, id);
                changed.set(1, "changed");
                changed.set(2, row.get(2, Object.class));
                return new RowFilter.Verdict.Change(changed);
            }
            return new RowFilter.Verdict.Keep();
        }

        boolean drops(long id) {
            return switch (this) {
                case DROP_ALL -> true;
                case DROP_SOME, BOTH -> id % 7 == 0;
                default -> false;
            };
        }

        boolean changes(long id) {
            return (this == CHANGE_SOME || this == BOTH) && id % 5 == 0 && !drops(id);
        }
    }

    private void writeInputs() {
        int files = 1 + random.nextInt(5);
        long ids = random.nextLong(1, MOST_IDS);
        List<DataFile> written = new ArrayList<>();
        List<PositionSet.Builder> dead = new ArrayList<>();
        for (int input = 0; input < files; input++) {
            List<Record> file = new ArrayList<>();
            boolean sorted = random.nextInt(3) > 0;
            double share = random.nextDouble();
            long from = random.nextBoolean() ? 0 : random.nextLong(ids);
            LongStream.range(from, ids)
                    .filter(id -> random.nextDouble() < share)
                    .forEach(id -> file.add(row(id)));
            if (file.isEmpty()) {
                file.add(row(from));
            }
            if (!sorted) {
                file.add(row((Long) file.get(0).get(0)));
                Collections.shuffle(file, random);
            }
            rows.add(file);
            dead.add(PositionSet.builder());
            written.add(fixture.write(CompactionFixture.SCHEMA, file));
            // in snapshots of their own, so that each has another sequence number
            fixture.commit(List.of(written.get(input)));
            place(input, file, dead);
        }
        for (Long id : List.copyOf(live.keySet())) {
            if (random.nextInt(6) == 0 && !doubles.contains(id)) {
                Place place = Objects.requireNonNull(live.remove(id));
                dead.get(place.input()).add(place.position());
            }
        }
        for (int input = 0; input < files; input++) {
            inputs.add(fixture.live(written.get(input), dead.get(input).build()));
            rows.set(input, fixture.rows(inputs.get(input)));
        }
    }

    /** The newest row of a key is live; now and then the one before is too, by another engine's fault. */
    private void place(int input, List<Record> file, List<PositionSet.Builder> dead) {
        for (int position = 0; position < file.size(); position++) {
            long id = (Long) file.get(position).get(0);
            Place before = live.put(id, new Place(input, position));
            if (before != null && before.input() != input && random.nextInt(30) == 0) {
                superseded.put(before, id);
                doubles.add(id);
            } else if (before != null) {
                dead.get(before.input()).add(before.position());
            }
        }
    }

    private Record row(long id) {
        Record row = GenericRecord.create(CompactionFixture.SCHEMA);
        row.set(0, id);
        row.set(1, "v" + random.nextInt() + "x".repeat(random.nextInt(40)));
        row.set(
                2,
                random.nextInt(4) == 0
                        ? null
                        : LocalDateTime.of(2024, 1, 1, 0, 0).plusNanos(id * 1_000));
        return row;
    }

    private long indexInputs() {
        inputs.forEach(input -> fixture.indexes.index(input.run().file()));
        return fixture.indexes.statistics().rebuilds();
    }

    private List<Key> cuts() {
        return LongStream.range(0, random.nextInt(4))
                .map(i -> random.nextLong(MOST_IDS))
                .sorted()
                .distinct()
                .mapToObj(fixture::key)
                .toList();
    }

    private void killLate() {
        for (Map.Entry<Long, Place> entry : live.entrySet()) {
            if (random.nextInt(8) == 0 && !doubles.contains(entry.getKey()) && late.add(entry.getKey())) {
                LiveRun input = inputs.get(entry.getValue().input());
                deadNow.merge(
                        input.location(),
                        input.dead().union(PositionSet.of(entry.getValue().position())),
                        PositionSet::union);
            }
        }
    }

    private void checkRows(CompactionResult result, Decision decision) {
        Map<Long, Record> kept = new TreeMap<>();
        Map<Long, String> changed = new TreeMap<>();
        Map<String, PositionSet> dropped = new HashMap<>();
        superseded.forEach((place, id) -> drop(dropped, place));
        live.forEach((id, place) -> {
            if (decision.drops(id) || decision.changes(id)) {
                drop(dropped, place);
                if (decision.changes(id)) {
                    changed.put(id, "changed");
                }
            } else {
                kept.put(id, rows.get(place.input()).get((int) place.position()));
            }
        });

        Map<Long, Record> merged = new TreeMap<>();
        for (RunFile output : result.outputs()) {
            for (Record row : fixture.rowsAsWritten(output)) {
                assertThat(merged.put((Long) row.get(0), row)).isNull();
            }
        }
        assertThat(merged).isEqualTo(kept);
        assertThat(result.dropped()).isEqualTo(dropped);
        Map<Long, String> rewritten = new TreeMap<>();
        for (RunFile file : result.changed()) {
            assertThat(file.level()).isZero();
            for (Record row : fixture.rowsAsWritten(file)) {
                assertThat(rewritten.put((Long) row.get(0), (String) row.get(1)))
                        .isNull();
                assertThat((Long) row.get((int) ROW_ID)).as("inherited row id").isNegative();
            }
        }
        assertThat(rewritten).isEqualTo(changed);
        assertThat(result.inputs()).isEqualTo(inputs);
    }

    private void drop(Map<String, PositionSet> dropped, Place place) {
        dropped.merge(inputs.get(place.input()).location(), PositionSet.of(place.position()), PositionSet::union);
    }

    private void checkFiles(List<RunFile> outputs, long targetBytes, int ranges) {
        Key last = null;
        int small = 0;
        for (RunFile output : outputs) {
            assertThat(output.level()).isEqualTo(2);
            assertThat(RunFile.of(output.file()).level()).isEqualTo(2);
            KeyIndex index = fixture.indexes.index(output.file());
            assertThat(index.sorted()).isTrue();
            assertThat(index.keys()).isEqualTo(output.rows());
            assertThat(last == null || last.compareTo(index.firstKey()) < 0).isTrue();
            last = index.lastKey();
            small += output.file().fileSizeInBytes() < targetBytes / 2 ? 1 : 0;
        }
        assertThat(small).as("files below the target").isLessThanOrEqualTo(ranges);
        assertThat(fixture.io.createdAndThere()).containsAll(locations(outputs));
    }

    private void checkLateDeletes(CompactionResult result, Decision decision) {
        Set<Long> expected = new TreeSet<>(late);
        expected.removeIf(decision::drops);
        Map<String, PositionSet> translated = LateDeletes.onto(result, deadNow, fixture.indexes);
        Set<Long> found = new TreeSet<>();
        List<RunFile> files = new ArrayList<>(result.outputs());
        files.addAll(result.changed());
        for (RunFile file : files) {
            List<Record> content = fixture.rowsAsWritten(file);
            PositionSet positions = translated.getOrDefault(file.location(), PositionSet.EMPTY);
            positions.forEach(
                    position -> found.add((Long) content.get((int) position).get(0)));
        }
        assertThat(found).isEqualTo(expected);
        assertThat(locations(files)).containsAll(translated.keySet());
        assertThat(translated.values()).noneMatch(PositionSet::isEmpty);
        assertThat(translated.values().stream()
                        .mapToLong(PositionSet::cardinality)
                        .sum())
                .isEqualTo(expected.size());
    }

    private static Set<String> locations(List<RunFile> files) {
        return new TreeSet<>(files.stream().map(RunFile::location).toList());
    }

    @Override
    public void close() throws IOException {
        fixture.close();
    }
}
