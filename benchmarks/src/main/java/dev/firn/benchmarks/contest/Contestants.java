package dev.firn.benchmarks.contest;

import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.CompactionStrategy;
import dev.firn.sink.CompactionConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/** Everybody who takes part, by name. */
final class Contestants {

    /** Of dead rows: what it costs to have hardly any. */
    private static final double SHARE_OF_THE_TIDY = 0.1;

    private static final Map<String, Contestant> ALL = new LinkedHashMap<>();

    static {
        ALL.put("discard", Discarding.asItComes());
        ALL.put("discard-keyed", Discarding.byKey());
        ALL.put("iceberg-append", IcebergContestant.appending());
        ALL.put("reference", IcebergContestant.ofSurvivors());
        ALL.put("iceberg-upsert", IcebergContestant.upserting());
        ALL.put("paimon-mor", PaimonContestant.mergeOnRead());
        ALL.put("paimon-dv", PaimonContestant.deletionVectors());
        ALL.put("paimon-dv-lookup", PaimonContestant.deletionVectorsAndChangelog());
        ALL.put("firn", new FirnContestant(CompactionConfig.defaults()));
        ALL.put(
                "firn-leveled",
                new FirnContestant(
                        CompactionConfig.defaults().withOptions(CompactionOptions.of(CompactionStrategy.LEVELED))));
        ALL.put(
                "firn-tidy",
                new FirnContestant(CompactionConfig.defaults()
                        .withOptions(CompactionOptions.defaults().withDeadRowsRatio(SHARE_OF_THE_TIDY))));
        ALL.put(
                "firn-uncompacted",
                new FirnContestant(CompactionConfig.defaults().withThreads(0)));
    }

    private Contestants() {}

    /** @throws IllegalArgumentException if there is none of this name */
    static Contestant named(String name) {
        Contestant contestant = ALL.get(name);
        if (contestant == null) {
            throw new IllegalArgumentException("There is no contestant '" + name + "', but " + ALL.keySet());
        }
        return contestant;
    }
}
