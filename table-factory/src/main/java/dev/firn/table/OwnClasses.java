package dev.firn.table;

import java.util.function.Supplier;
import org.apache.flink.table.api.ValidationException;
import org.apache.iceberg.Table;

/**
 * This connector's classes, Iceberg's in its jar among them, and how they find each other.
 *
 * <p>Iceberg looks for catalogs and file formats in the thread's context class loader. While a job is translated, that
 * one does not see a jar that was brought along by {@code ADD JAR}.
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

    /**
     * Makes sure that Iceberg is the one in this connector's jar, if that brings one along. Another one ahead of it was
     * compiled against other names of Parquet's and Avro's classes, and jobs would fail while they write.
     *
     * @throws ValidationException naming the jar to remove
     */
    static void requireOwnIceberg() {
        String own = jar(OwnClasses.class);
        String iceberg = jar(Table.class);
        if (!iceberg.equals(own) && bringsIceberg(own)) {
            throw new ValidationException("Iceberg's classes are those of " + iceberg + ", but Firn's jar, " + own
                    + ", was built with its own. Remove the former from Flink's lib/: Firn's jar holds Iceberg and its"
                    + " Flink connector too.");
        }
    }

    private static String jar(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().toString();
    }

    private static boolean bringsIceberg(String jar) {
        String path = Table.class.getName().replace('.', '/') + ".class";
        return OwnClasses.class
                .getClassLoader()
                .resources(path)
                .anyMatch(found -> found.toString().startsWith("jar:" + jar + "!"));
    }

    private static boolean sees(ClassLoader loader) {
        try {
            return Class.forName(OwnClasses.class.getName(), false, loader) == OwnClasses.class;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
