package dev.firn.sink;

/** That a writer took part in a checkpoint: what it wrote until then is, or will be, committed with it. */
record WriterState(long checkpointId) {}
