package dev.firn.feed;

import dev.firn.iceberg.Lane;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Decides which subtask reads which split, and when: the splits of a lane one after another, at one subtask, each
 * subtask's in their order, and those of a lower epoch before any of a higher one. Bookkeeping alone, without I/O. One
 * thread.
 */
final class LaneAssigner {

    /** One that is read, and one that waits behind it. */
    private static final int SPLITS_AT_A_SUBTASK = 2;

    private final Handover handover;
    private final int subtasks;
    private final TreeMap<Long, ChangeSplit> pending = new TreeMap<>();
    private final Map<Integer, Map<Long, Lane>> inFlight = new HashMap<>();
    private final Map<Lane, Integer> owners = new HashMap<>();
    private final Set<Integer> unheard = new HashSet<>();
    private int epoch;
    private boolean passed = true;
    private OptionalLong drainedAtCheckpoint = OptionalLong.empty();

    /** A split that a subtask holds. */
    record Held(long ordinal, Lane lane) implements Serializable {}

    private LaneAssigner(Handover handover, int subtasks) {
        this.handover = handover;
        this.subtasks = subtasks;
    }

    /** For subtasks that hold nothing. */
    static LaneAssigner fresh(Handover handover, int subtasks) {
        return new LaneAssigner(handover, subtasks);
    }

    /** For subtasks that were restored: none gets a split before all of them have told what they hold. */
    static LaneAssigner restored(Handover handover, int subtasks) {
        LaneAssigner assigner = new LaneAssigner(handover, subtasks);
        IntStream.range(0, subtasks).forEach(assigner.unheard::add);
        return assigner;
    }

    /** Takes splits that are to be read. */
    void add(Collection<ChangeSplit> splits) {
        splits.forEach(split -> pending.put(split.ordinal(), split));
    }

    /** Whether all is read that may be read before the next completed checkpoint, and there is more. */
    boolean awaitsCheckpoint() {
        return unheard.isEmpty()
                && !pending.isEmpty()
                && pending.firstEntry().getValue().lane().epoch() > epoch
                && inFlightIsEmpty()
                && handover == Handover.AT_CHECKPOINT
                && !passed;
    }

    /** The splits that no subtask has, in their order. */
    List<ChangeSplit> pending() {
        return List.copyOf(pending.values());
    }

    /**
     * A subtask tells what it was started with, and may get splits from now on. What was read before the checkpoint
     * that it was restored from has passed all operators, so that a lane that nobody holds may be read anywhere.
     */
    void started(int subtask, Collection<Held> splits) {
        Map<Long, Lane> flying = new HashMap<>();
        for (Held split : splits) {
            flying.put(split.ordinal(), split.lane());
            epoch = Math.max(epoch, split.lane().epoch());
            if (!split.lane().isFree()) {
                owners.put(split.lane(), subtask);
            }
        }
        inFlight.put(subtask, flying);
        passed &= flying.isEmpty();
        unheard.remove(subtask);
    }

    /** A subtask has passed on all rows of these splits. */
    void read(int subtask, Collection<Long> ordinals) {
        at(subtask).keySet().removeAll(Set.copyOf(ordinals));
    }

    /** A subtask failed with these splits, and gets none until it has started again. */
    void failed(int subtask, Collection<ChangeSplit> splits) {
        inFlight.remove(subtask);
        unheard.add(subtask);
        add(splits);
        drainedAtCheckpoint = OptionalLong.empty();
    }

    /** A checkpoint of the assigner's own state is taken. */
    void checkpointTaken(long checkpointId) {
        if (drainedAtCheckpoint.isEmpty() && inFlightIsEmpty()) {
            drainedAtCheckpoint = OptionalLong.of(checkpointId);
        }
    }

    void checkpointCompleted(long checkpointId) {
        passed |= drainedAtCheckpoint.isPresent() && drainedAtCheckpoint.getAsLong() <= checkpointId;
    }

    /** The lowest ordinal of all splits that are not read; 0 while it is not known what a subtask holds. */
    OptionalLong oldestUnread() {
        if (!unheard.isEmpty()) {
            return OptionalLong.of(0);
        }
        return LongStream.concat(
                        pending.keySet().stream().mapToLong(Long::longValue),
                        inFlight.values().stream()
                                .flatMap(splits -> splits.keySet().stream())
                                .mapToLong(Long::longValue))
                .min();
    }

    /** The subtasks that are running. */
    Set<Integer> subtasks() {
        return Set.copyOf(inFlight.keySet());
    }

    /** Whether no split is left but those that are with a subtask. */
    boolean everythingIsAssigned() {
        return pending.isEmpty() && unheard.isEmpty();
    }

    /** Splits that may be read now, by the subtask that is to read them; they count as assigned. */
    Map<Integer, List<ChangeSplit>> assign() {
        Map<Integer, List<ChangeSplit>> assignment = new TreeMap<>();
        if (!unheard.isEmpty()) {
            return assignment;
        }
        Set<Integer> blocked = new HashSet<>();
        Iterator<ChangeSplit> splits = pending.values().iterator();
        while (splits.hasNext() && !blocked.containsAll(inFlight.keySet())) {
            ChangeSplit split = splits.next();
            if (split.lane().epoch() > epoch && !opens(split)) {
                break;
            }
            OptionalInt subtask = subtaskFor(split, blocked);
            if (subtask.isPresent()) {
                splits.remove();
                at(subtask.getAsInt()).put(split.ordinal(), split.lane());
                assignment
                        .computeIfAbsent(subtask.getAsInt(), s -> new ArrayList<>())
                        .add(split);
                passed = false;
                drainedAtCheckpoint = OptionalLong.empty();
            }
        }
        return assignment;
    }

    /** Goes on to the split's epoch if all of those before have been read, and have passed if that matters. */
    private boolean opens(ChangeSplit split) {
        if (pending.firstKey() != split.ordinal()
                || !inFlightIsEmpty()
                || (handover == Handover.AT_CHECKPOINT && !passed)) {
            return false;
        }
        epoch = split.lane().epoch();
        owners.clear();
        return true;
    }

    private OptionalInt subtaskFor(ChangeSplit split, Set<Integer> blocked) {
        if (split.lane().isFree()) {
            OptionalInt idlest = inFlight.keySet().stream()
                    .filter(subtask -> !blocked.contains(subtask) && hasRoom(subtask))
                    .min(Comparator.comparingInt(
                                    (Integer subtask) -> at(subtask).size())
                            .thenComparing(Comparator.naturalOrder()))
                    .map(OptionalInt::of)
                    .orElse(OptionalInt.empty());
            if (idlest.isEmpty()) {
                blocked.addAll(inFlight.keySet());
            }
            return idlest;
        }
        int owner = owners.computeIfAbsent(split.lane(), lane -> ownerOfFewest());
        boolean free = inFlight.containsKey(owner)
                && !blocked.contains(owner)
                && hasRoom(owner)
                && !at(owner).containsValue(split.lane());
        if (!free) {
            blocked.add(owner);
        }
        return free ? OptionalInt.of(owner) : OptionalInt.empty();
    }

    private Map<Long, Lane> at(int subtask) {
        return Objects.requireNonNull(inFlight.get(subtask), () -> "Subtask " + subtask + " is not running");
    }

    private boolean hasRoom(int subtask) {
        return at(subtask).size() < SPLITS_AT_A_SUBTASK;
    }

    private int ownerOfFewest() {
        int[] lanes = new int[subtasks];
        owners.values().forEach(owner -> lanes[owner]++);
        return IntStream.range(0, subtasks)
                .boxed()
                .min(Comparator.comparingInt(subtask -> lanes[subtask]))
                .orElse(0);
    }

    private boolean inFlightIsEmpty() {
        return inFlight.values().stream().allMatch(Map::isEmpty);
    }
}
