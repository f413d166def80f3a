package dev.firn.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Ports of the loopback interface. */
final class Ports {

    private static final Duration DEADLINE = Duration.ofMinutes(1);
    private static final int CONNECT_MILLIS = 1_000;

    /** Systems give outgoing connections ports from 32,768 (Linux) or 49,152 on. */
    private static final int FIRST = 15_000;

    private static final int COUNT = 16_000;
    private static final AtomicInteger NEXT =
            new AtomicInteger(127 * (int) ProcessHandle.current().pid());

    private Ports() {}

    /**
     * A port that nobody listens on, for a service that has to be told. None twice, and none that an outgoing
     * connection may be given before the service has started.
     */
    static int free() {
        for (int tried = 0; tried < COUNT; tried++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // somebody else's
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("All ports from " + FIRST + " to " + (FIRST + COUNT - 1) + " are in use");
    }

    /** Waits until the process listens on the port. */
    static void awaitOpen(int port, JavaProcess process) {
        Await.until(() -> isOpen(port) || !process.isAlive(), DEADLINE, () -> "port " + port + "\n" + process.said());
        if (!process.isAlive()) {
            throw new AssertionError("Nobody listens on port " + port + ":\n" + process.said());
        }
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
