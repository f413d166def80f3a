package dev.firn.sink;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;

/** Background work that is done when a test says so, in any order. */
final class QueuedThreads implements Executor {

    private final List<Runnable> queue = new ArrayList<>();

    @Override
    public void execute(Runnable task) {
        queue.add(task);
    }

    /** Does up to so many of the tasks, those included that come up meanwhile. */
    void run(int most, Random random) {
        for (int done = 0; done < most && !queue.isEmpty(); done++) {
            queue.remove(random.nextInt(queue.size())).run();
        }
    }

    void runAll() {
        while (!queue.isEmpty()) {
            queue.remove(0).run();
        }
    }

    /** The process dies. */
    void kill() {
        queue.clear();
    }
}
