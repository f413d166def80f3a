package dev.firn.e2e.cluster;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A process that serves one port. Killed and started again, it has the same address, and what it kept on its disk. One
 * thread.
 */
final class Service implements AutoCloseable {

    private final JavaProcess.Command command;
    private final int port;
    private @Nullable JavaProcess process;

    /** @param port that the command makes the process listen on */
    Service(JavaProcess.Command command, int port) {
        this.command = command;
        this.port = port;
    }

    static URI uri(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    URI uri() {
        return uri(port);
    }

    /** Starts it, also after a kill. Does not wait for it. */
    void start() {
        if (process != null) {
            throw new IllegalStateException(command.name() + " runs already");
        }
        process = command.startSilently();
    }

    void awaitReady() {
        Ports.awaitOpen(port, running());
    }

    /** Ends it at once, as {@code kill -9} does, and returns when it is gone. */
    void kill() {
        running().kill();
        process = null;
    }

    private JavaProcess running() {
        if (process == null) {
            throw new IllegalStateException(command.name() + " does not run");
        }
        return process;
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }
}
