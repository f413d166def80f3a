package dev.firn.iceberg;

import java.time.Duration;

/**
 * How commits are tried.
 *
 * @param jobId Flink's job id, written to every snapshot's summary
 * @param acceptOlderState whether a restore may go on from a checkpoint behind the table's newest commit
 * @param retries how often a commit that met another one, or whose answer was lost, is tried again
 * @param firstWait before the first of those; doubles each time, up to a minute
 */
public record CommitOptions(String jobId, boolean acceptOlderState, int retries, Duration firstWait) {

    /** Ten retries within about a minute. */
    public static CommitOptions of(String jobId) {
        return new CommitOptions(jobId, false, 10, Duration.ofMillis(100));
    }

    public CommitOptions acceptingOlderState() {
        return new CommitOptions(jobId, true, retries, firstWait);
    }

    public CommitOptions waitingFirst(Duration wait) {
        return new CommitOptions(jobId, acceptOlderState, retries, wait);
    }
}
