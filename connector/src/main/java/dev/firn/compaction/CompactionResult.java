package dev.firn.compaction;

import dev.firn.dv.*;
import dev.firn.index.*;
import dev.firn.key.*;
import dev.firn.run.*;
import java.util.*;

public record CompactionResult(
        List<LiveRun> inputs,
        List<RunFile> outputs,
        Map<String, PositionSet> dropped,
        List<RunFile> changed,
        long bytesRead,
        long bytesWritten) {
    public void discard() {}
}
