package dev.firn.compaction;

import dev.firn.dv.*;
import dev.firn.index.*;
import dev.firn.key.*;
import dev.firn.run.*;
import java.util.*;

public interface RowFilter {
    RowFilter KEEP_ALL = new RowFilter() {};
}
