package dev.firn.compaction;

import java.util.concurrent.atomic.LongAdder;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.encryption.NativeEncryptionOutputFile;
import org.apache.iceberg.io.InputFile;

/**
 * Stands between a job and its files: counts bytes, slows down to the rate limit, gives way to who is in a hurry, and
 * stops it when it is cancelled.
 */
final class Meter {

    private final RateLimiter limiter;
    private final Cancellation cancellation;
    private final LongAdder bytesRead = new LongAdder();

    Meter(RateLimiter limiter, Cancellation cancellation) {
        this.limiter = limiter;
        this.cancellation = cancellation;
    }

    /**
     * Waits while jobs are held back.
     *
     * @throws java.util.concurrent.CancellationException as soon as the job is cancelled
     */
    void check() {
        limiter.giveWay(cancellation);
    }

    /** @throws java.util.concurrent.CancellationException as soon as the job is cancelled */
    void read(long bytes) {
        bytesRead.add(bytes);
        limiter.take(bytes, cancellation);
    }

    /** @throws java.util.concurrent.CancellationException as soon as the job is cancelled */
    void write(long bytes) {
        limiter.take(bytes, cancellation);
    }

    long bytesRead() {
        return bytesRead.sum();
    }

    InputFile through(InputFile file) {
        return new MeteredInput(file, this);
    }

    /** The file itself if Parquet is to encrypt it, because Parquet has to know such files by their class. */
    EncryptedOutputFile through(EncryptedOutputFile file) {
        return file instanceof NativeEncryptionOutputFile
                ? file
                : EncryptedFiles.encryptedOutput(
                        new MeteredOutput(file.encryptingOutputFile(), this), file.keyMetadata());
    }
}
