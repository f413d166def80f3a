package dev.firn.benchmarks.contest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one contestant has to do.
 *
 * @param part of the plan, whose turns are compared
 * @param setup what the turn is called beside the contestant; turns of one setup are compared
 * @param settings of the trial, without the contestant
 */
record Turn(String part, String setup, String contestant, Map<String, String> settings) {

    Turn {
        settings = Map.copyOf(settings);
    }

    /** As a trial takes them. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        // A contestant's name may say more than who writes.
        boolean followed = contestant.equals(Plan.FOLLOWED);
        arguments.add("contestant=" + (followed ? "firn" : contestant));
        if (followed) {
            arguments.add("follow=true");
        }
        new TreeMap<>(settings).forEach((name, value) -> arguments.add(name + "=" + value));
        return arguments;
    }
}
