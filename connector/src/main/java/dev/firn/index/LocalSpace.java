package dev.firn.index;

import java.util.function.Supplier;

/**
 * How far index files may fill the local disk. Whoever is about to write many reserves room for them ahead, so that no
 * two count on the same bytes. Any thread.
 */
public final class LocalSpace {

    /** What is left to everybody else on the disk: a part of it, but not more than this. */
    private static final long MOST_MARGIN_BYTES = 1L << 30;

    private static final int DISKS_PER_MARGIN = 20;

    private final Supplier<Usage> usage;
    private final long quotaBytes;
    private long reservedBytes;

    /**
     * What a directory and its disk hold.
     *
     * @param indexBytes of finished index files
     * @param idleBytes of them in files that nobody uses, which go as soon as the space is needed
     * @param freeBytes of the disk, as far as they are this process's to use
     * @param diskBytes all of the disk; 0 if it does not tell
     */
    record Usage(long indexBytes, long idleBytes, long freeBytes, long diskBytes) {

        /** Of files that are all in use. */
        Usage(long indexBytes, long freeBytes, long diskBytes) {
            this(indexBytes, 0, freeBytes, diskBytes);
        }

        /** How many bytes of index files may be added. */
        long room(long quotaBytes) {
            long margin = Math.min(MOST_MARGIN_BYTES, diskBytes / DISKS_PER_MARGIN);
            long onDisk = diskBytes == 0 ? Long.MAX_VALUE : freeBytes + idleBytes - margin;
            return Math.max(0, Math.min(quotaBytes - (indexBytes - idleBytes), onDisk));
        }
    }

    LocalSpace(Supplier<Usage> usage, long quotaBytes) {
        this.usage = usage;
        this.quotaBytes = quotaBytes;
    }

    long quotaBytes() {
        return quotaBytes;
    }

    /** Bytes of finished index files. */
    public long indexBytes() {
        return usage.get().indexBytes();
    }

    /** How many bytes can be reserved. */
    public synchronized long room() {
        return Math.max(0, usage.get().room(quotaBytes) - reservedBytes);
    }

    /** Reserves room for files that will be written, if there is as much. */
    public synchronized boolean tryReserve(long bytes) {
        if (bytes > room()) {
            return false;
        }
        reservedBytes += bytes;
        return true;
    }

    /** Gives back what was reserved: the files are there and count by themselves, or will not come. */
    public synchronized void release(long bytes) {
        reservedBytes -= bytes;
    }
}
