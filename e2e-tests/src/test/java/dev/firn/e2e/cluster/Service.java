package dev.firn.e2e.cluster;

import org.jspecify.annotations.Nullable;

/** A process that serves one port, and can be killed and started again. One thread. */
final class Service implements AutoCloseable {

    private final JavaProcess.Command command;
    private final int port;
    private @Nullable JavaProcess process;

    /** @param port that the command makes the process listen on */
    Service(JavaProcess.Command command, int port) {
        this.command = command;
        this.port = port;
    }

    void start() {
        if (process != null) {
            throw new IllegalStateException(command.name() + " runs already");
        }
        process = command.startSilently();
    }

    void awaitReady() {
        Ports.awaitOpen(port, running());
    }

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
