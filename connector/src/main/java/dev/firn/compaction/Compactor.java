package dev.firn.compaction;

import dev.firn.dv.*;
import dev.firn.index.*;
import dev.firn.key.*;
import dev.firn.run.*;
import java.util.*;

public final class Compactor {
    public Compactor(RunStore s, Object reader, RateLimiter l, RowFilter f) {}
}
