package dev.firn.benchmarks.contest;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Locale;

/** What the figures were measured on. */
final class Machine {

    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final double GIGABYTE = 1e9;

    private Machine() {}

    static String text(Outcomes outcomes, LocalDate measured) throws IOException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        double own = outcomes.results()
                .mapToDouble(result -> result.ingest().cost().cpuSeconds())
                .sum();
        double others = outcomes.results()
                .mapToDouble(result -> result.ingest().cost().othersCpuSeconds())
                .sum();
        return String.format(
                Locale.ROOT,
                "%s: %d processors (%s), %.0f GB of memory, %s, Java %s. While the contestants wrote they used %,.0f"
                        + " CPU-seconds, and everything else on the machine %,.0f, the kernel's own work included.",
                measured,
                system.getAvailableProcessors(),
                processor(),
                system.getTotalMemorySize() / GIGABYTE,
                system.getName(),
                Runtime.version(),
                own,
                others);
    }

    private static String processor() throws IOException {
        if (!Files.exists(PROCESSORS)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(PROCESSORS).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }
}
