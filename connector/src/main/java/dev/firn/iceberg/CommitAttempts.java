package dev.firn.iceberg;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.Tasks;

/** Tries commits until one goes through. */
record CommitAttempts(FirnTable table, CommitOptions options, CommitCounters counters) {

    private static final int MAX_WAIT_MILLIS = 60_000;

    /** One attempt of a commit, which looks for an earlier attempt's own commit first. */
    interface Attempt {
        void run() throws IOException;
    }

    /**
     * Runs on a refreshed table, again after a lost race or a lost answer.
     *
     * @throws ValidationException if every race was lost
     * @throws CommitStateUnknownException if the last answer was lost
     */
    void run(Attempt attempt) {
        Tasks.foreach(attempt)
                .retry(options.retries())
                .exponentialBackoff(options.firstWait().toMillis(), MAX_WAIT_MILLIS, Long.MAX_VALUE, 2.0)
                .shouldRetryTest(this::mayBeTriedAgain)
                .run(task -> {
                    counters.tried();
                    table.refresh();
                    counters.saw(TableFigures.of(table.operations().current()));
                    try {
                        task.run();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private boolean mayBeTriedAgain(Exception failure) {
        boolean again = failure instanceof ValidationException || failure instanceof CommitStateUnknownException;
        if (again) {
            counters.retrying();
        }
        return again;
    }
}
