package dev.firn.e2e.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other processes do. */
public final class Await {

    static final Duration INTERVAL = Duration.ofMillis(100);

    private Await() {}

    /**
     * Looks again and again, and leaves the processor to those who are waited for meanwhile.
     *
     * @param what that takes longer than the deadline, if it does
     */
    public static void until(BooleanSupplier condition, Duration deadline, Supplier<String> what) {
        present(() -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty(), deadline, what);
    }

    /** Looks again and again until something is there. */
    static <T> T present(Supplier<Optional<T>> look, Duration deadline, Supplier<String> what) {
        Instant end = Instant.now().plus(deadline);
        for (Optional<T> found = look.get(); ; found = look.get()) {
            if (found.isPresent()) {
                return found.get();
            }
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("Not within " + deadline + ": " + what.get());
            }
            pause(INTERVAL);
        }
    }

    /** Lets time pass, where that is what is tested. */
    public static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
