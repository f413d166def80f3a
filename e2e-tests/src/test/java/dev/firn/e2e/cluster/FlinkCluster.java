package dev.firn.e2e.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Flink session cluster from Flink's own jars: ZooKeeper, JobManager, TaskManagers and SQL gateway, each in a process
 * of its own on the loopback interface. Its {@code lib/} is what a user's would be: Flink's, Firn's SQL jar, and what
 * that needs. High availability, checkpoints and savepoints are on its disk. One thread.
 */
final class FlinkCluster implements AutoCloseable {

    private static final List<String> OPENED = List.of(
            "java.base/java.lang",
            "java.base/java.lang.reflect",
            "java.base/java.io",
            "java.base/java.net",
            "java.base/java.nio",
            "java.base/java.text",
            "java.base/java.time",
            "java.base/java.util",
            "java.base/java.util.concurrent",
            "java.base/java.util.concurrent.atomic",
            "java.base/java.util.concurrent.locks",
            "java.base/sun.nio.ch");

    private static final String LOGGING = """
            rootLogger.level = INFO
            rootLogger.appenderRef.console.ref = console
            appender.console.name = console
            appender.console.type = CONSOLE
            appender.console.layout.type = PatternLayout
            appender.console.layout.pattern = %d{HH:mm:ss,SSS} %-5p %c{1} - %m%n
            """;

    private final Path disk;
    private final int zooKeeperPort = Ports.free();
    private final int rpcPort = Ports.free();
    private final int restPort = Ports.free();
    private final int gatewayPort = Ports.free();
    private final String libraries;
    private final Map<String, JavaProcess> running = new LinkedHashMap<>();

    /**
     * @param disk which outlives the processes
     * @param added what is in {@code lib/} beside Flink's jars and Firn's
     */
    FlinkCluster(Path disk, List<Path> added) {
        this.disk = disk;
        this.libraries = JavaProcess.classPath(link(disk.resolve("lib"), added));
        write(disk.resolve("conf/config.yaml"), yaml(configuration()));
        write(disk.resolve("conf/log4j.properties"), LOGGING);
        write(disk.resolve("conf/zoo.cfg"), zooKeeper());
    }

    private static List<Path> link(Path lib, List<Path> added) {
        Path sqlJar = Path.of(System.getProperty("sql.jar"));
        if (!Files.exists(sqlJar)) {
            throw new IllegalStateException(
                    sqlJar + " is missing. Run the tests by 'mvn verify', which packages module table-factory first");
        }
        Map<Path, Path> links = new TreeMap<>();
        Stream.of(Program.FLINK.jars(), added, List.of(sqlJar))
                .flatMap(List::stream)
                .forEach(jar -> links.put(lib.resolve(jar.getFileName()), jar));
        try {
            Files.createDirectories(lib);
            for (Map.Entry<Path, Path> link : links.entrySet()) {
                Files.createSymbolicLink(link.getKey(), link.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(links.keySet());
    }

    private Map<String, String> configuration() {
        return new TreeMap<>(Map.ofEntries(
                Map.entry("jobmanager.rpc.address", "localhost"),
                Map.entry("jobmanager.rpc.port", Integer.toString(rpcPort)),
                Map.entry("jobmanager.bind-host", "localhost"),
                Map.entry("high-availability.jobmanager.port", Integer.toString(rpcPort)),
                Map.entry("rest.address", "localhost"),
                Map.entry("rest.port", Integer.toString(restPort)),
                Map.entry("rest.bind-address", "localhost"),
                Map.entry("taskmanager.host", "localhost"),
                Map.entry("taskmanager.bind-host", "localhost"),
                Map.entry("taskmanager.numberOfTaskSlots", "2"),
                Map.entry("taskmanager.cpu.cores", "2.0"),
                Map.entry("taskmanager.memory.task.heap.size", "640m"),
                Map.entry("taskmanager.memory.task.off-heap.size", "128m"),
                Map.entry("taskmanager.memory.network.min", "64m"),
                Map.entry("taskmanager.memory.network.max", "64m"),
                Map.entry("taskmanager.memory.managed.size", "32m"),
                Map.entry("taskmanager.memory.framework.heap.size", "128m"),
                Map.entry("taskmanager.memory.framework.off-heap.size", "64m"),
                Map.entry("taskmanager.memory.jvm-metaspace.size", "256m"),
                Map.entry("taskmanager.memory.jvm-overhead.min", "128m"),
                Map.entry("taskmanager.memory.jvm-overhead.max", "128m"),
                Map.entry("high-availability.type", "zookeeper"),
                Map.entry("high-availability.zookeeper.quorum", "127.0.0.1:" + zooKeeperPort),
                Map.entry("high-availability.zookeeper.client.session-timeout", "6000"),
                Map.entry("high-availability.storageDir", uri("ha")),
                Map.entry("execution.checkpointing.dir", uri("checkpoints")),
                Map.entry("execution.checkpointing.savepoint-dir", uri("savepoints")),
                Map.entry("restart-strategy.type", "fixed-delay"),
                Map.entry("restart-strategy.fixed-delay.attempts", "1000"),
                Map.entry("restart-strategy.fixed-delay.delay", "1 s"),
                Map.entry("heartbeat.interval", "1000"),
                Map.entry("heartbeat.timeout", "6000"),
                Map.entry("io.tmp.dirs", disk.resolve("tmp").toString()),
                Map.entry("parallelism.default", "2")));
    }

    private String zooKeeper() {
        return "tickTime=2000\ndataDir=%s\nclientPort=%d\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n"
                .formatted(disk.resolve("zookeeper"), zooKeeperPort);
    }

    private static String yaml(Map<String, String> configuration) {
        return configuration.entrySet().stream()
                .map(option -> option.getKey() + ": " + option.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts everything, and waits for the JobManager and the gateway. */
    void start() {
        run(
                "zookeeper",
                List.of("-Xmx64m"),
                List.of(
                        "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer",
                        "--zkConfigFile",
                        disk.resolve("conf/zoo.cfg").toString(),
                        "--peerId",
                        "1"));
        startJobManager();
        startTaskManager(1);
        startTaskManager(2);
        JavaProcess gateway = run(
                "sql-gateway",
                List.of("-Xmx512m"),
                List.of(
                        "org.apache.flink.table.gateway.SqlGateway",
                        "-Dsql-gateway.endpoint.rest.address=localhost",
                        "-Dsql-gateway.endpoint.rest.bind-address=localhost",
                        "-Dsql-gateway.endpoint.rest.port=" + gatewayPort));
        Ports.awaitOpen(restPort, running("jobmanager"));
        Ports.awaitOpen(gatewayPort, gateway);
    }

    void startJobManager() {
        run(
                "jobmanager",
                List.of("-Xmx512m"),
                List.of(
                        "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                        "--configDir",
                        disk.resolve("conf").toString()));
    }

    /** @param number 1 or 2 */
    void startTaskManager(int number) {
        run(
                "taskmanager-" + number,
                List.of("-Xmx768m", "-XX:MaxDirectMemorySize=256m", "-XX:MaxMetaspaceSize=256m"),
                List.of(
                        "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                        "--configDir",
                        disk.resolve("conf").toString()));
    }

    void killJobManager() {
        kill("jobmanager");
    }

    /** @param number 1 or 2 */
    void killTaskManager(int number) {
        kill("taskmanager-" + number);
    }

    private JavaProcess run(String name, List<String> memory, List<String> program) {
        List<String> command = new ArrayList<>(memory);
        OPENED.forEach(opened -> command.add("--add-opens=" + opened + "=ALL-UNNAMED"));
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-Dlog4j.configurationFile="
                + disk.resolve("conf/log4j.properties").toUri());
        command.add("-Djava.io.tmpdir=" + disk);
        command.addAll(List.of("-cp", libraries));
        command.addAll(program);
        Map<String, String> environment = Map.of(
                "FLINK_CONF_DIR", disk.resolve("conf").toString(),
                "FLINK_LIB_DIR", disk.resolve("lib").toString(),
                "FLINK_PLUGINS_DIR", disk.resolve("plugins").toString(),
                "FLINK_OPT_DIR", disk.resolve("opt").toString());
        JavaProcess process =
                JavaProcess.Command.of(name, disk, command).with(environment).startSilently();
        running.put(name, process);
        return process;
    }

    private JavaProcess running(String name) {
        JavaProcess process = running.get(name);
        if (process == null) {
            throw new IllegalStateException(name + " does not run");
        }
        return process;
    }

    private void kill(String name) {
        running(name).kill();
        running.remove(name);
    }

    URI rest() {
        return URI.create("http://localhost:" + restPort);
    }

    URI gateway() {
        return URI.create("http://localhost:" + gatewayPort);
    }

    String savepoints() {
        return uri("savepoints");
    }

    private String uri(String folder) {
        return disk.resolve(folder).toUri().toString();
    }

    @Override
    public void close() {
        List<JavaProcess> all = new ArrayList<>(running.values());
        running.clear();
        all.forEach(JavaProcess::kill);
        unlink(disk.resolve("lib"));
    }

    private static void unlink(Path lib) {
        try (DirectoryStream<Path> links = Files.newDirectoryStream(lib)) {
            for (Path link : links) {
                Files.delete(link);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
