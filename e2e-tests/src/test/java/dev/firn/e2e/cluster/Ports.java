package dev.firn.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/** Ports of the loopback interface. */
final class Ports {

    private static final Duration DEADLINE = Duration.ofMinutes(1);
    private static final int CONNECT_MILLIS = 1_000;

    private Ports() {}

    /** A port that nobody listens on, for a service that has to be told. */
    static int free() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
