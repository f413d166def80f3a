package dev.firn.compaction;

import dev.firn.dv.*;
import dev.firn.index.*;
import dev.firn.key.*;
import dev.firn.run.*;
import java.util.*;

public final class LateDeletes {
    private LateDeletes() {}

    public static Map<String, PositionSet> onto(CompactionResult r, Map<String, PositionSet> dead, KeyIndexes i) {
        return Map.of();
    }
}
