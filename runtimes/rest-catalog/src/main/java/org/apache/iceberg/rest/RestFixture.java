package org.apache.iceberg.rest;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.apache.iceberg.catalog.Catalog;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;

/** Iceberg's own REST catalog for tests, on the loopback interface. */
public final class RestFixture implements Closeable {

    private final Server server;
    private final Catalog catalog;

    private RestFixture(Server server, Catalog catalog) {
        this.server = server;
        this.catalog = catalog;
    }

    /**
     * Serves on a port of its own.
     *
     * @param catalog keeps what is served; closed with the server
     */
    public static RestFixture serving(Catalog catalog) {
        return serving(catalog, 0);
    }

    /**
     * @param catalog keeps what is served; closed with the server
     * @param port 0 for any that is free
     */
    public static RestFixture serving(Catalog catalog, int port) {
        ServletContextHandler handler = new ServletContextHandler(ServletContextHandler.NO_SESSIONS);
        handler.addServlet(new ServletHolder(new RESTCatalogServlet(new RESTCatalogAdapter(catalog))), "/*");
        Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        server.setHandler(handler);
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("The REST catalog does not start", e);
        }
        return new RestFixture(server, catalog);
    }

    public String uri() {
        return server.getURI().toString();
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("The REST catalog does not stop", e);
        } finally {
            if (catalog instanceof Closeable closeable) {
                closeable.close();
            }
        }
    }
}
