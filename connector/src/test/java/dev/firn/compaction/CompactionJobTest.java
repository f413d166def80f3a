package dev.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.key.Key;
import dev.firn.run.RunFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class CompactionJobTest {

    private static final int LEVEL = 1;

    @TempDir
    Path localDisk;

    private CompactionFixture fixture;
    private List<LiveRun> inputs;
    private List<Key> cuts;
    private Compactor compactor;

    @BeforeEach
    void createRuns() {
        fixture = new CompactionFixture(localDisk);
        DataFile evens = fixture.write(CompactionFixture.SCHEMA, rows(0, 2, 4, 6, 8, 10, 12, 14, 16, 18));
        DataFile odds = fixture.write(CompactionFixture.SCHEMA, rows(1, 3, 5, 7, 9, 11, 13, 15, 17, 19));
        DataFile foreign = fixture.write(CompactionFixture.SCHEMA, rows(31, 25, 37, 28, 22, 35, 24));
        fixture.commit(List.of(evens, odds, foreign));
        inputs = List.of(
                fixture.live(evens, PositionSet.of(1)),
                fixture.live(odds, PositionSet.EMPTY),
                fixture.live(foreign, PositionSet.of(2)));
        inputs.forEach(input -> fixture.indexes.index(input.run().file()));
        cuts = List.of(fixture.key(7), fixture.key(25));
        compactor = fixture.compactor(1L << 20, RateLimiter.unlimited(), CompactionJobTest::judge, 200);
    }

    @AfterEach
    void dropTable() throws Exception {
        fixture.close();
    }

    private static RowFilter.Verdict judge(StructLike row) {
        long id = row.get(0, Long.class);
        if (id == 12) {
            return new RowFilter.Verdict.Drop();
        }
        return id % 10 == 3 ? new RowFilter.Verdict.Change(rows(id).get(0)) : new RowFilter.Verdict.Keep();
    }

    @Test
    void aJobWhoseFilesFailAtAnyStepLeavesNothingBehind() throws Exception {
        int failures = 0;
        while (true) {
            int failing = failures;
            fixture.io.onEachOperation(operation -> {
                if (operation == failing) {
                    throw new UncheckedIOException(new IOException("disk on fire"));
                }
            });
            CompactionJob job = run(compactor);
            if (fixture.io.operations() <= failing) {
                job.result().discard();
                break;
            }
            assertThat(job.isDone()).isTrue();
            assertThatExceptionOfType(IOException.class)
                    .as("failure at operation %d", failing)
                    .isThrownBy(job::result)
                    .withStackTraceContaining("disk on fire");
            assertNothingIsLeft();
            failures++;
        }
        assertThat(failures).isGreaterThan(35);
        assertNothingIsLeft();
    }

    @Test
    void aJobThatIsCancelledAtAnyStepLeavesNothingBehind() throws Exception {
        int cancellations = 0;
        AtomicReference<CompactionJob> running = new AtomicReference<>();
        while (true) {
            int at = cancellations;
            fixture.io.onEachOperation(operation -> {
                if (operation == at) {
                    assertThat(Objects.requireNonNull(running.get()).cancel()).isTrue();
                }
            });
            List<Runnable> tasks = new ArrayList<>();
            CompactionJob job = CompactionJob.start(compactor, inputs, LEVEL, cuts, tasks::add);
            running.set(job);
            tasks.forEach(Runnable::run);
            if (fixture.io.operations() <= at) {
                job.result().discard();
                break;
            }
            assertThat(fixture.io.operations()).as("operations after cancel").isLessThanOrEqualTo(at + 2);
            assertThatExceptionOfType(CancellationException.class).isThrownBy(job::result);
            assertNothingIsLeft();
            cancellations++;
        }
        assertThat(cancellations).isGreaterThan(35);
        assertNothingIsLeft();
    }

    @Test
    void aJobThatIsCancelledBeforeItStartsDoesNothing() {
        fixture.io.onEachOperation(operation -> {});
        List<Runnable> tasks = new ArrayList<>();
        CompactionJob job = CompactionJob.start(compactor, inputs, LEVEL, cuts, tasks::add);

        assertThat(job.cancel()).isTrue();
        assertThat(job.isDone()).isFalse();
        assertThatIllegalStateException().isThrownBy(job::result);
        tasks.forEach(Runnable::run);

        assertThat(job.isDone()).isTrue();
        assertThat(fixture.io.operations()).isZero();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(job::result);
    }

    @Test
    void aFinishedJobKeepsItsResultWhenItIsCancelled() throws Exception {
        CompactionJob job = run(compactor);

        assertThat(job.cancel()).isFalse();
        assertThat(job.result().outputs()).isNotEmpty();
        assertThat(fixture.io.createdAndThere()).isNotEmpty();
        job.result().discard();
        assertNothingIsLeft();
    }

    @Test
    void aWorkerThatFailsStopsTheOthers() {
        AtomicInteger judged = new AtomicInteger();
        Compactor failing = fixture.compactor(
                1L << 20,
                RateLimiter.unlimited(),
                row -> {
                    judged.incrementAndGet();
                    throw new IllegalArgumentException("bad filter");
                },
                1 << 20);
        CompactionJob job = run(failing);

        assertThat(judged).hasValue(1);
        assertThatIllegalStateException().isThrownBy(job::result).withStackTraceContaining("bad filter");
        assertNothingIsLeft();
    }

    @Test
    void aJobThatTheExecutorRefusesFails() {
        List<Runnable> tasks = new ArrayList<>();
        CompactionJob job = CompactionJob.start(compactor, inputs, LEVEL, cuts, task -> {
            if (tasks.size() == 2) {
                throw new RejectedExecutionException("full");
            }
            tasks.add(task);
        });
        tasks.forEach(Runnable::run);

        assertThat(job.isDone()).isTrue();
        assertThatIllegalStateException().isThrownBy(job::result).withStackTraceContaining("full");
        assertNothingIsLeft();
    }

    @Test
    void whoeverWaitsIsToldOnceTheJobIsDone() {
        List<Runnable> tasks = new ArrayList<>();
        CompactionJob job = CompactionJob.start(compactor, inputs, LEVEL, cuts, tasks::add);
        List<Boolean> told = new ArrayList<>();
        job.whenDone(() -> told.add(job.isDone()));

        tasks.subList(0, 2).forEach(Runnable::run);
        assertThat(told).isEmpty();
        tasks.get(2).run();
        assertThat(told).containsExactly(true);
        job.whenDone(() -> told.add(job.isDone()));
        assertThat(told).containsExactly(true, true);
    }

    @Test
    void workersOnThreadsGiveTheResultOfOne() throws Exception {
        CompactionResult alone = run(compactor, List.of()).result();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            CountDownLatch done = new CountDownLatch(1);
            CompactionJob job = CompactionJob.start(compactor, inputs, LEVEL, cuts, threads);
            job.whenDone(done::countDown);
            assertThat(done.await(1, TimeUnit.MINUTES)).isTrue();

            assertThat(job.result().outputs()).hasSize(3);
            assertThat(rows(job.result().outputs())).isEqualTo(rows(alone.outputs()));
            assertThat(job.result().dropped()).isEqualTo(alone.dropped());
            assertThat(rows(job.result().changed())).hasSameSizeAs(rows(alone.changed()));
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aWorkerThatWaitsForItsRateIsCancelledAtOnce() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        RateLimiter slow = new RateLimiter(1, () -> 0, (nanos, cancellation) -> {
            waiting.countDown();
            cancellation.sleep(TimeUnit.HOURS.toNanos(1));
        });
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            CountDownLatch done = new CountDownLatch(1);
            CompactionJob job = CompactionJob.start(
                    fixture.compactor(1L << 20, slow, RowFilter.KEEP_ALL, 200), inputs, LEVEL, List.of(), thread);
            job.whenDone(done::countDown);
            assertThat(waiting.await(1, TimeUnit.MINUTES)).isTrue();
            assertThat(job.cancel()).isTrue();
            assertThat(done.await(1, TimeUnit.MINUTES)).isTrue();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(job::result);
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void whatIsReadAndWrittenIsPaidFor() throws Exception {
        List<Long> debts = new ArrayList<>();
        RateLimiter limiter = new RateLimiter(1_000, () -> 0, (nanos, cancellation) -> debts.add(nanos));
        CompactionResult result = run(fixture.compactor(1L << 20, limiter, RowFilter.KEEP_ALL, 200), List.of())
                .result();

        assertThat(result.bytesRead()).isPositive();
        // Where no time passes, the last debt is for every byte.
        long bytes = result.bytesRead() + result.bytesWritten();
        assertThat(debts.get(debts.size() - 1)).isEqualTo(bytes * 1_000_000);
    }

    @Test
    void nothingIsWrittenIfNoRowIsLeft() throws Exception {
        List<LiveRun> dead = List.of(
                inputs.get(0).killing(PositionSet.of(LongStream.range(0, 10).toArray())));
        CompactionJob job = CompactionJob.start(compactor, dead, LEVEL, List.of(), Runnable::run);

        assertThat(job.result().outputs()).isEmpty();
        assertThat(job.result().dropped()).isEmpty();
        assertThat(job.result().changed()).isEmpty();
        assertThat(job.result().bytesRead()).isZero();
        assertThat(LateDeletes.onto(job.result(), Map.of(), fixture.indexes)).isEmpty();
    }

    @Test
    void aRowThatGotLostIsNotTakenForDropped() throws Exception {
        LiveRun blind = new LiveRun(inputs.get(1).run(), PositionSet.of(4));
        CompactionResult withoutRow = CompactionJob.start(compactor, List.of(blind), LEVEL, List.of(), Runnable::run)
                .result();
        CompactionResult result = new CompactionResult(
                List.of(inputs.get(1)),
                new MergedRuns(withoutRow.outputs(), withoutRow.dropped(), withoutRow.changed()),
                0,
                compactor.store().storage());

        assertThatIllegalStateException()
                .isThrownBy(
                        () -> LateDeletes.onto(result, Map.of(blind.location(), PositionSet.of(4, 5)), fixture.indexes))
                .withMessageContaining("Of 2 rows");
    }

    @Test
    void theFilterIsStartedOnceForAllWorkers() {
        AtomicInteger starts = new AtomicInteger();
        AtomicBoolean started = new AtomicBoolean();
        RowFilter filter = new RowFilter() {
            @Override
            public Verdict judge(StructLike row) {
                throw new AssertionError("not started");
            }

            @Override
            public RowFilter atStart() {
                starts.incrementAndGet();
                return row -> {
                    started.set(true);
                    return new Verdict.Keep();
                };
            }
        };
        run(fixture.compactor(1L << 20, RateLimiter.unlimited(), filter, 200));

        assertThat(starts).hasValue(1);
        assertThat(started).isTrue();
    }

    @Test
    void rowsOutliveTheirTimeUntilTheyAreCompacted() throws Exception {
        LocalDateTime now = LocalDateTime.of(2024, 5, 17, 12, 0);
        List<Record> rows = rows(1, 2, 3, 4);
        rows.get(0).setField("at", now.minusHours(25));
        rows.get(1).setField("at", now.minusHours(23));
        rows.get(3).setField("at", now.minusDays(1));
        DataFile file = fixture.write(CompactionFixture.SCHEMA, rows);
        fixture.commit(List.of(file));
        TimeToLive filter = TimeToLive.of(
                fixture.table.format().schema(),
                "at",
                Duration.ofDays(1),
                () -> now.toInstant(ZoneOffset.UTC).toEpochMilli());
        CompactionResult result = CompactionJob.start(
                        fixture.compactor(1L << 20, RateLimiter.unlimited(), filter, 200),
                        List.of(fixture.live(file, PositionSet.EMPTY)),
                        LEVEL,
                        List.of(),
                        Runnable::run)
                .result();

        assertThat(result.dropped()).isEqualTo(Map.of(file.location(), PositionSet.of(0, 3)));
        assertThat(result.changed()).isEmpty();
        assertThat(rows(result.outputs())).extracting(row -> row.get(0)).containsExactly(2L, 3L);
        Map<String, PositionSet> allDead = Map.of(file.location(), PositionSet.of(0, 1, 2, 3));
        assertThat(LateDeletes.onto(result, allDead, fixture.indexes))
                .isEqualTo(Map.of(result.outputs().get(0).location(), PositionSet.of(0, 1)));
    }

    @Test
    void aListenerThatFailsDoesNotKeepTheNewsFromOthers() {
        List<Runnable> tasks = new ArrayList<>();
        CompactionJob job = CompactionJob.start(compactor, inputs, LEVEL, List.of(), tasks::add);
        AtomicBoolean told = new AtomicBoolean();
        job.whenDone(() -> {
            throw new IllegalArgumentException("deaf");
        });
        job.whenDone(() -> told.set(true));
        tasks.forEach(Runnable::run);

        assertThat(told).isTrue();
    }

    @Test
    void cutsThatDoNotAscendAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> run(compactor, List.of(cuts.get(1), cuts.get(0))));
        assertThatIllegalArgumentException().isThrownBy(() -> run(compactor, List.of(cuts.get(1), cuts.get(1))));
    }

    private CompactionJob run(Compactor with) {
        return run(with, cuts);
    }

    private CompactionJob run(Compactor with, List<Key> at) {
        return CompactionJob.start(with, inputs, LEVEL, at, Runnable::run);
    }

    private List<Record> rows(List<RunFile> files) {
        return files.stream()
                .flatMap(file -> fixture.rowsAsWritten(file).stream())
                .toList();
    }

    private void assertNothingIsLeft() {
        assertThat(fixture.io.createdAndThere()).isEmpty();
        assertThat(localDisk.toFile().list()).hasSize(inputs.size());
    }

    private static List<Record> rows(long... ids) {
        List<Record> rows = new ArrayList<>();
        for (long id : ids) {
            Record row = GenericRecord.create(CompactionFixture.SCHEMA);
            row.set(0, id);
            row.set(1, "value " + id);
            rows.add(row);
        }
        return rows;
    }
}
