package dev.firn.sink;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the trees of a writer within a budget of heap, and their indexes within the quota of the local disk: those at
 * rest to which nothing has happened for longest are put aside, and loaded again when a row comes. What is written all
 * the time stays, though the budgets be too small for it. Time is counted in checkpoints. One thread.
 */
final class TreeMemory {

    private static final Logger LOG = LoggerFactory.getLogger(TreeMemory.class);

    private final long budgetBytes;
    private boolean wasBeyond;
    private boolean diskWasBeyond;
    private Figures figures = Figures.NONE;

    /**
     * A loaded tree.
     *
     * @param lastChange the checkpoint, counted from the writer's start, that last changed it or loaded it
     * @param mayGo whether it is at rest, and everything that it handed over is in the table
     */
    record Tree<K>(K key, long heapBytes, long lastChange, boolean mayGo) {}

    /**
     * How it stands.
     *
     * @param bytes of the heap of loaded trees, about
     * @param putAside trees so far, each time that one was
     * @param excessDiskBytes of their indexes, beyond the quota
     */
    record Figures(long loaded, long bytes, long putAside, long excessDiskBytes) {

        static final Figures NONE = new Figures(0, 0, 0, 0);
    }

    TreeMemory(long budgetBytes) {
        this.budgetBytes = budgetBytes;
    }

    static TreeMemory unlimited() {
        return new TreeMemory(Long.MAX_VALUE);
    }

    Figures figures() {
        return figures;
    }

    /** The local disk, which the trees' indexes fill. */
    interface Disk {

        /**
         * Deletes what no loaded tree needs, as far as it has to, and tells how many bytes there are too many still.
         */
        long excessBytes();
    }

    /** Who can let go of trees. */
    interface Shelf<K> {

        void putAside(K key);
    }

    /** Has trees put aside until the others fit, or no more may go. */
    <K> void fit(Collection<Tree<K>> trees, Disk disk, Shelf<K> shelf) {
        long bytes = trees.stream().mapToLong(Tree::heapBytes).sum();
        long before = bytes;
        long gone = 0;
        List<Tree<K>> idle = trees.stream()
                .filter(Tree::mayGo)
                .sorted(Comparator.comparingLong(Tree::lastChange))
                .toList();
        long excessDiskBytes = disk.excessBytes();
        for (Tree<K> tree : idle) {
            if (bytes <= budgetBytes && excessDiskBytes == 0) {
                break;
            }
            shelf.putAside(tree.key());
            bytes -= tree.heapBytes();
            gone++;
            excessDiskBytes = disk.excessBytes();
        }
        figures = new Figures(trees.size() - gone, bytes, figures.putAside() + gone, excessDiskBytes);
        if (gone > 0) {
            LOG.info(
                    "Put aside trees={} tree-bytes={} left-trees={} left-bytes={}",
                    gone,
                    before - bytes,
                    figures.loaded(),
                    bytes);
        }
        tellOfHeap(bytes);
        tellOfDisk(excessDiskBytes);
    }

    private void tellOfDisk(long excess) {
        if (excess > 0 && !diskWasBeyond) {
            LOG.warn(
                    "The indexes of the trees that are being written take bytes={} more of the local disk than"
                            + " 'sink.local-quota'. Give it more disk, or write to fewer partitions at a time by a higher"
                            + " parallelism.",
                    excess);
        }
        diskWasBeyond = excess > 0;
    }

    private void tellOfHeap(long bytes) {
        boolean isBeyond = bytes > budgetBytes;
        if (isBeyond && !wasBeyond) {
            LOG.warn(
                    "The trees that are being written take bytes={} of heap, more than 'sink.tree-memory'={}. Give it more"
                            + " heap, or write to fewer partitions at a time by a higher parallelism.",
                    bytes,
                    budgetBytes);
        }
        wasBeyond = isBeyond;
    }
}
