package dev.firn.compaction;

import java.io.Serializable;

/**
 * How much one merge may take on. A merge of two files, or of one, is never refused: it could not be smaller.
 *
 * @param bytes of all inputs, dead rows included
 * @param rows of all inputs, dead rows included
 * @param filesPerCut about how many files of the target size a sub-range of a large merge writes
 */
public record JobLimits(long bytes, long rows, int filesPerCut) implements Serializable {

    public JobLimits {
        if (bytes <= 0 || rows <= 0) {
            throw new IllegalArgumentException("A merge limited to " + bytes + " bytes and " + rows
                    + " rows can do nothing; allow a few times the target file size");
        }
        if (filesPerCut <= 0) {
            throw new IllegalArgumentException(
                    "A sub-range of " + filesPerCut + " files writes nothing; choose 1 file or more");
        }
    }

    public JobLimits withBytes(long changed) {
        return new JobLimits(changed, rows, filesPerCut);
    }

    public JobLimits withRows(long changed) {
        return new JobLimits(bytes, changed, filesPerCut);
    }

    public JobLimits withFilesPerCut(int changed) {
        return new JobLimits(bytes, rows, changed);
    }
}
