package dev.firn.benchmarks.contest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which turns are taken, in which order. The order is A B C A B C, so that whatever comes and goes meets everybody. */
final class Plan {

    /** Firn while another process reads its feed. */
    static final String FOLLOWED = "firn-feed";

    static final String INGEST = "ingest";
    static final String WORKLOADS = "workloads";
    static final String CHECKPOINTS = "checkpoints";
    static final List<String> PARTS = List.of(INGEST, WORKLOADS, CHECKPOINTS);

    private static final List<String> EVERYBODY = List.of(
            "discard",
            "discard-keyed",
            "iceberg-append",
            "reference",
            "iceberg-upsert",
            "paimon-mor",
            "paimon-dv",
            "paimon-dv-lookup",
            "firn",
            "firn-leveled",
            "firn-tidy",
            "firn-uncompacted",
            FOLLOWED);
    /** Whose figures the targets are about, or say what is in them. */
    private static final List<String> AGAIN = List.of(
            "discard",
            "discard-keyed",
            "iceberg-append",
            "reference",
            "iceberg-upsert",
            "paimon-dv",
            "paimon-dv-lookup",
            "firn",
            "firn-tidy",
            "firn-uncompacted",
            FOLLOWED);

    private static final Map<String, String> MEASURES = Map.of(
            "firn", "feed,restart,spark",
            "firn-leveled", "spark",
            "firn-tidy", "spark",
            "reference", "spark",
            "iceberg-upsert", "restart",
            "paimon-dv", "restart");
    private static final List<String> SEVERAL = List.of("iceberg-append", "iceberg-upsert", "paimon-dv", "firn");
    private static final List<String> AT_INTERVALS = List.of("iceberg-append", "paimon-dv", "firn");

    private static final long SHORTEST_SECONDS = 30;

    private Plan() {}

    /** How much is written, and how often. */
    enum Size {
        STANDARD(3, 2_000_000, 6_000_000, 0.5),
        BRIEF(1, 50_000, 150_000, 0);

        private final int repetitions;
        private final long load;
        private final long changes;
        private final double warmUp;

        /** @param warmUp share of the changes that is written ahead */
        Size(int repetitions, long load, long changes, double warmUp) {
            this.repetitions = repetitions;
            this.load = load;
            this.changes = changes;
            this.warmUp = warmUp;
        }

        private Map<String, String> settings(double scale) {
            Map<String, String> settings = new HashMap<>();
            settings.put("load", Long.toString((long) (load * scale)));
            settings.put("updates", Long.toString((long) ((changes - load) * scale)));
            settings.put("batch", Long.toString((long) (changes * scale / 12)));
            settings.put("warmUp", Long.toString((long) (changes * warmUp * scale)));
            return settings;
        }
    }

    /** @throws IllegalArgumentException if there is no such part */
    static List<Turn> of(String part, Size size) {
        return switch (part) {
            case INGEST -> ingest(size);
            case WORKLOADS -> workloads(size);
            case CHECKPOINTS -> checkpoints(size);
            default -> throw new IllegalArgumentException("There is no part '" + part + "', but " + PARTS);
        };
    }

    private static List<Turn> ingest(Size size) {
        List<Turn> turns = new ArrayList<>();
        for (int repetition = 0; repetition < size.repetitions; repetition++) {
            for (String contestant : repetition == 0 ? EVERYBODY : AGAIN) {
                Map<String, String> settings = size.settings(1);
                settings.put("measure", MEASURES.getOrDefault(contestant, ""));
                turns.add(new Turn(INGEST, "standard", contestant, settings));
            }
        }
        return turns;
    }

    /** One thing at a time is different from the base. */
    private static List<Turn> workloads(Size size) {
        List<Turn> turns = new ArrayList<>();
        for (Map.Entry<String, Map<String, String>> variation : List.of(
                variation("base: uniform, 5 % deletes, narrow, BIGINT", Map.of()),
                variation("Zipf(0.99)", Map.of("popularity", "ZIPF")),
                variation("recent", Map.of("popularity", "RECENT")),
                variation("no deletes", Map.of("deletes", "0")),
                variation("wide rows", Map.of("payload", "WIDE")),
                variation("UUID key", Map.of("key", "UUID")),
                variation("composite key", Map.of("key", "COMPOSITE")),
                variation("by day", Map.of("byDay", "true")))) {
            for (String contestant : size == Size.BRIEF ? List.of("firn") : SEVERAL) {
                Map<String, String> settings = size.settings(1.0 / 6);
                settings.putAll(variation.getValue());
                turns.add(new Turn(WORKLOADS, variation.getKey(), contestant, settings));
            }
        }
        return turns;
    }

    private static Map.Entry<String, Map<String, String>> variation(String name, Map<String, String> settings) {
        return Map.entry(name, settings);
    }

    /** Changes come at a steady rate, and checkpoints at equal distances in time. */
    private static List<Turn> checkpoints(Size size) {
        List<Turn> turns = new ArrayList<>();
        for (int seconds : size == Size.BRIEF ? List.of(1) : List.of(1, 10, 60)) {
            long perSecond = size == Size.BRIEF ? 25_000 : 50_000;
            long changes =
                    perSecond * (size == Size.BRIEF ? 5 : Math.max(SHORTEST_SECONDS, seconds + SHORTEST_SECONDS / 2));
            for (String contestant : AT_INTERVALS) {
                Map<String, String> settings = size.settings(1.0 / 6);
                settings.put("load", Long.toString(changes / 3));
                settings.put("updates", Long.toString(changes - changes / 3));
                settings.put("seconds", Integer.toString(seconds));
                settings.put("rate", Long.toString(perSecond));
                turns.add(new Turn(CHECKPOINTS, seconds + " s", contestant, settings));
            }
        }
        return turns;
    }
}
