package dev.firn.compaction;

import dev.firn.dv.*;
import dev.firn.index.*;
import dev.firn.key.*;
import dev.firn.run.*;
import java.util.*;

public final class RateLimiter {
    public static RateLimiter of(long bytesPerSecond) {
        return new RateLimiter();
    }
}
