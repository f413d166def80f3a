package dev.firn.benchmarks.contest;

import java.util.List;

/**
 * One job, measured.
 *
 * @param rows that went through it
 * @param checkpointMillis from the trigger to the last acknowledgement, of each completed checkpoint, in their order
 */
record Run(Cost cost, long rows, List<Long> checkpointMillis) {

    /**
     * What it took.
     *
     * @param cpuSeconds of this process, compiler and garbage collector included
     * @param compilerCpuSeconds of them the just-in-time compiler's, which a job that runs for long does not need
     * @param othersCpuSeconds of everything else on this machine meanwhile
     * @param peakHeapBytes the most that was in use after a collection
     */
    record Cost(
            double wallSeconds,
            double cpuSeconds,
            double compilerCpuSeconds,
            double othersCpuSeconds,
            long peakHeapBytes) {}
}
