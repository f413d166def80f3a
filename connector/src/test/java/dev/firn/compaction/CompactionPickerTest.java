package dev.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.compaction.CompactionChoice.Drop;
import dev.firn.compaction.CompactionChoice.Merge;
import dev.firn.compaction.CompactionChoice.Move;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pictures in {@code src/test/resources/compaction}; {@link Picture} tells how they are drawn. */
class CompactionPickerTest {

    static List<Picture> leveled() {
        return Picture.in("leveled.txt");
    }

    static List<Picture> tiered() {
        return Picture.in("tiered.txt");
    }

    static List<Picture> migration() {
        return Picture.in("migration.txt");
    }

    static List<Picture> assignment() {
        return Picture.in("assignment.txt");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("leveled")
    void leveledChoosesAsDrawn(Picture picture) {
        assertThat(choices(picture, compacting(picture, CompactionStrategy.LEVELED)))
                .isEqualTo(picture.expected());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tiered")
    void tieredChoosesAsDrawn(Picture picture) {
        assertThat(choices(picture, compacting(picture, CompactionStrategy.TIERED)))
                .isEqualTo(picture.expected());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("migration")
    void filesOfOlderSpecsAreChosenAsDrawn(Picture picture) {
        CompactionOptions options = picture.options(CompactionStrategy.LEVELED);

        assertThat(choices(picture, (runs, reserved) -> MigrationPicker.choose(runs, reserved, options)))
                .isEqualTo(picture.expected());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("assignment")
    void levelsAreAssignedAsDrawn(Picture picture) {
        CompactionStrategy strategy =
                picture.title().contains("tier") ? CompactionStrategy.TIERED : CompactionStrategy.LEVELED;
        String levels = LevelAssignment.assign(picture.runs(), strategy).entrySet().stream()
                .map(entry -> entry.getKey() + entry.getValue())
                .sorted()
                .collect(Collectors.joining(" "));

        assertThat(List.of(levels)).isEqualTo(picture.expected());
    }

    private static BiFunction<List<RunShape>, Reservations, CompactionChoice> compacting(
            Picture picture, CompactionStrategy strategy) {
        CompactionOptions options = picture.options(strategy);
        return (runs, reserved) -> CompactionPicker.choose(runs, reserved, options);
    }

    /** As many as the picture tells; each merge is under way when the next one is asked for. */
    private static List<String> choices(
            Picture picture, BiFunction<List<RunShape>, Reservations, CompactionChoice> picker) {
        List<RunShape> runs = new ArrayList<>(picture.runs());
        Reservations reserved = picture.reserved();
        List<String> choices = new ArrayList<>();
        while (choices.size() < picture.expected().size()) {
            CompactionChoice choice = picker.apply(runs, reserved);
            choices.add(told(choice));
            if (choice instanceof Drop drop) {
                runs.removeIf(run -> run.location().equals(drop.location()));
            } else if (choice instanceof Move move) {
                runs.replaceAll(run -> run.location().equals(move.location()) ? run.movedTo(move.outputLevel()) : run);
            } else if (choice instanceof Merge merge) {
                List<RunShape> inputs = runs.stream()
                        .filter(run -> merge.inputs().contains(run.location()))
                        .toList();
                Reservation taken =
                        new Reservation(new HashSet<>(merge.inputs()), merge.outputLevel(), Draft.hull(inputs));
                reserved = new Reservations(
                        reserved.uncommitted(),
                        Stream.concat(reserved.running().stream(), Stream.of(taken))
                                .toList());
            }
        }
        return choices;
    }

    private static String told(CompactionChoice choice) {
        if (choice instanceof Drop drop) {
            return "drop " + drop.location();
        } else if (choice instanceof Move move) {
            return "move " + move.location() + " to " + move.outputLevel();
        } else if (choice instanceof Merge merge) {
            return "merge " + String.join(" ", merge.inputs()) + " into " + merge.outputLevel()
                    + merge.cuts().stream().map(cut -> " cut " + cut.bytes()[0]).collect(Collectors.joining())
                    + ", " + merge.reason();
        }
        return "nothing";
    }
}
