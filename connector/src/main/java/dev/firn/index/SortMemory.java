package dev.firn.index;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The heap that indexes share which are built of unsorted files at the same time. A single one may take all of it.
 * Whoever holds little goes on when it is spent, so that no chunk is tiny: each of n builds holds at most a sixteenth
 * beyond the budget. Any thread.
 */
final class SortMemory {

    private static final int LEAST_SHARES = 16;

    private final long budgetBytes;
    private final AtomicLong taken = new AtomicLong();

    SortMemory(long budgetBytes) {
        this.budgetBytes = budgetBytes;
    }

    /**
     * Takes some more.
     *
     * @param heldBytes what the taker holds, these included
     * @return whether it has to give back what it holds as soon as it can
     */
    boolean take(long bytes, long heldBytes) {
        return taken.addAndGet(bytes) >= budgetBytes && heldBytes >= budgetBytes / LEAST_SHARES;
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    long takenBytes() {
        return taken.get();
    }
}
