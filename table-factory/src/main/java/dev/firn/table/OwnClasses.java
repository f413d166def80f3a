package dev.firn.table;

import java.util.function.Supplier;

/**
 * Makes this connector's classes visible to Iceberg, which looks for catalogs and file formats in the thread's context
 * class loader. While a job is translated, that one does not see a jar that was brought along by {@code ADD JAR}.
 */
final class OwnClasses {

    private OwnClasses() {}

    /**
     * Runs an action in a context class loader that sees these classes. If the thread's does, it stays, for it may see
     * more.
     */
    static <T> T visibleTo(Supplier<T> action) {
        Thread thread = Thread.currentThread();
        ClassLoader context = thread.getContextClassLoader();
        if (context != null && sees(context)) {
            return action.get();
        }
        thread.setContextClassLoader(OwnClasses.class.getClassLoader());
        try {
            return action.get();
        } finally {
            thread.setContextClassLoader(context);
        }
    }

    private static boolean sees(ClassLoader loader) {
        try {
            return Class.forName(OwnClasses.class.getName(), false, loader) == OwnClasses.class;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
