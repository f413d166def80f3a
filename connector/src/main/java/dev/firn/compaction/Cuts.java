package dev.firn.compaction;

import dev.firn.key.Key;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Where a large merge is cut into sub-ranges of about equal weight: at lowest keys of files. */
final class Cuts {

    private Cuts() {}

    /**
     * At lowest keys of the inputs, so that each sub-range writes about {@link JobLimits#filesPerCut()} files. A file's
     * weight is taken to lie evenly between the other files' lowest keys.
     */
    static List<Key> between(List<RunShape> inputs, CompactionOptions options) {
        long share = options.targets().fileBytes() * options.limits().filesPerCut();
        long ranges = Math.round((double) Draft.live(inputs) / share);
        List<Key> cuts = new ArrayList<>();
        if (ranges > 1) {
            NavigableMap<Key, Double> weights = weights(inputs);
            double step = (double) Draft.live(inputs) / ranges;
            double passed = 0;
            for (Map.Entry<Key, Double> part : weights.entrySet()) {
                if (passed >= step * (cuts.size() + 1) - step / 4) {
                    cuts.add(part.getKey());
                }
                passed += part.getValue();
            }
        }
        return cuts;
    }

    /** Where a file is cut so that no piece overlaps more of those below it than half of what a merge may take on. */
    static List<Key> above(RunShape wide, Collection<RunShape> below, JobLimits limits) {
        List<Key> cuts = new ArrayList<>();
        double passed = 0;
        for (RunShape run : below.stream().sorted(Level.ORDER).toList()) {
            Key key = run.keys().first();
            double share = Math.max((double) run.bytes() / limits.bytes(), (double) run.rows() / limits.rows());
            if (passed > 0
                    && passed + share > 0.5
                    && wide.keys().contains(key)
                    && !key.equals(wide.keys().first())) {
                cuts.add(key);
                passed = 0;
            }
            passed += share;
        }
        return cuts;
    }

    /** Live bytes from each lowest key to the next. */
    private static NavigableMap<Key, Double> weights(List<RunShape> inputs) {
        NavigableMap<Key, Double> weights = new TreeMap<>();
        inputs.forEach(run -> weights.put(run.keys().first(), 0.0));
        for (RunShape run : inputs) {
            var covered = weights.subMap(run.keys().first(), true, run.keys().last(), true);
            double part = (double) run.liveBytes() / covered.size();
            covered.replaceAll((key, weight) -> weight + part);
        }
        return weights;
    }
}
