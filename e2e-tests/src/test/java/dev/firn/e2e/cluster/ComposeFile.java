package dev.firn.e2e.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** A file for Docker Compose, as far as it can be judged without running it. */
record ComposeFile(Path path, Map<String, Service> services) {

    private static final Pattern LISTENER = Pattern.compile("://:(\\d+)");

    ComposeFile {
        services = Map.copyOf(services);
    }

    /**
     * @param ports published ones, as they are written
     * @param volumes sources of what is mounted
     */
    record Service(
            String image,
            List<String> profiles,
            Map<String, String> environment,
            List<String> ports,
            List<String> volumes) {
        Service {
            profiles = List.copyOf(profiles);
            environment = Map.copyOf(environment);
            ports = List.copyOf(ports);
            volumes = List.copyOf(volumes);
        }

        /** What other containers reach it by: what it publishes, and what it is told to listen on. */
        Set<String> listensOn() {
            Set<String> listensOn = new HashSet<>();
            ports.forEach(port -> listensOn.add(port.substring(port.lastIndexOf(':') + 1)));
            environment.values().stream()
                    .flatMap(value -> LISTENER.matcher(value).results())
                    .forEach(listener -> listensOn.add(listener.group(1)));
            return listensOn;
        }
    }

    static ComposeFile read(Path path) {
        try (Reader reader = Files.newBufferedReader(path, UTF_8)) {
            Map<String, Object> root = map(new Yaml(new SafeConstructor(new LoaderOptions())).load(reader));
            Map<String, Service> services = new TreeMap<>();
            map(root.getOrDefault("services", Map.of()))
                    .forEach((name, service) -> services.put(name, service(map(service))));
            return new ComposeFile(path, services);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Service service(Map<String, Object> service) {
        Map<String, String> environment = new TreeMap<>();
        map(service.getOrDefault("environment", Map.of()))
                .forEach((name, value) -> environment.put(name, String.valueOf(value)));
        return new Service(
                String.valueOf(service.get("image")),
                list(service, "profiles").map(String::valueOf).toList(),
                environment,
                list(service, "ports").map(String::valueOf).toList(),
                list(service, "volumes").map(ComposeFile::source).toList());
    }

    private static String source(Object volume) {
        return volume instanceof Map<?, ?> spelledOut
                ? String.valueOf(spelledOut.get("source"))
                : String.valueOf(volume).split(":", -1)[0];
    }

    private static Stream<?> list(Map<String, Object> service, String name) {
        return ((List<?>) service.getOrDefault(name, List.of())).stream();
    }

    @SuppressWarnings("unchecked") // a mapping of YAML whose keys are text
    private static Map<String, Object> map(Object node) {
        return (Map<String, Object>) node;
    }
}
