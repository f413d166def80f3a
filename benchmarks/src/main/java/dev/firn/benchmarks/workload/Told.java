package dev.firn.benchmarks.workload;

import java.util.stream.LongStream;

/** Which of a workload's changes are told. */
public enum Told {
    /** All of them, as they happened. */
    EVERY_CHANGE {
        @Override
        public Telling by(Workload workload) {
            Changelog changelog = new Changelog(workload);
            int lanes = workload.lanes();
            return new Telling(changelog, lane -> changelog.changesOfLane(), (lane, number) -> number * lanes + lane);
        }
    },
    /** The rows that are live in the end, once and in key order: what a perfect compaction leaves. */
    SURVIVORS {
        @Override
        public Telling by(Workload workload) {
            Changelog changelog = new Changelog(workload);
            long[] survivors = changelog.survivors();
            int lanes = workload.lanes();
            return new Telling(
                    changelog,
                    lane -> start(survivors, lane + 1, lanes) - start(survivors, lane, lanes),
                    (lane, number) -> survivors[(int) (start(survivors, lane, lanes) + number)]);
        }
    },
    /** Some more updates, all over the keys, after everything else has happened. */
    SEQUEL {
        @Override
        public Telling by(Workload workload) {
            Changelog changelog = new Changelog(workload);
            int lanes = workload.lanes();
            return new Telling(
                    changelog,
                    lane -> SEQUEL_CHANGES / lanes,
                    (lane, number) -> (changelog.changesOfLane() + number) * lanes + lane);
        }
    };

    private static final long SEQUEL_CHANGES = 30_000;

    public abstract Telling by(Workload workload);

    private static long start(long[] survivors, int lane, int lanes) {
        return (long) survivors.length * lane / lanes;
    }

    /** The changes that are told. Any thread. */
    public static final class Telling {

        private final Changelog changelog;
        private final Lengths lengths;
        private final Versions versions;

        private interface Lengths {
            long of(int lane);
        }

        private interface Versions {
            long at(int lane, long number);
        }

        private Telling(Changelog changelog, Lengths lengths, Versions versions) {
            this.changelog = changelog;
            this.lengths = lengths;
            this.versions = versions;
        }

        /** Changes of a lane. */
        public long length(int lane) {
            return lengths.of(lane);
        }

        /** A lane's change, counted from 0. */
        public Change change(int lane, long number) {
            return changelog.change(versions.at(lane, number));
        }

        public Changelog changelog() {
            return changelog;
        }

        /** Every row that is told, those of deletes too. */
        public RowSum sum(Workload workload) {
            return RowSum.of(
                    workload,
                    LongStream.range(0, workload.lanes())
                            .flatMap(lane -> LongStream.range(0, length((int) lane))
                                    .map(number -> versions.at((int) lane, number))));
        }
    }
}
