package dev.firn.index;

import dev.firn.key.Key;
import dev.firn.key.KeyView;
import java.util.Arrays;

/**
 * Stands at one entry of an index file, or ahead of a block's first one; it decodes into arrays of its own and
 * allocates only to enlarge them. One thread.
 */
final class EntryReader {

    private final KeyIndexFile file;
    private final IndexFooter footer;

    private int segment = -1;
    private byte[] fenceBytes = new byte[0];
    private final Fences fences = new Fences();

    private int block = -1;
    private byte[] blockBytes = new byte[0];
    private final BlockReader entries = new BlockReader();
    private final KeyView view = new KeyView();

    EntryReader(KeyIndexFile file) {
        this.file = file;
        this.footer = file.footer();
    }

    KeyIndexFile file() {
        return file;
    }

    private void toSegment(int target) {
        if (target == segment) {
            return;
        }
        int length = file.fencesLength(target);
        fenceBytes = atLeast(fenceBytes, length);
        segment = -1;
        block = -1;
        file.readFences(target, fenceBytes);
        int blocks = footer.blocksIn(target);
        fences.reset(fenceBytes, 2 * Integer.BYTES * blocks, blocks);
        segment = target;
    }

    private void toBlock(int target) {
        if (target == block) {
            return;
        }
        int start = target == 0 ? 0 : fenceInt(target - 1);
        int length = fenceInt(target) - start;
        blockBytes = atLeast(blockBytes, length + BlockReader.SLACK_BYTES);
        block = -1;
        file.readBlock(segment, start, blockBytes, length, fenceInt(fences.count() + target));
        entries.reset(blockBytes, entriesIn(target), footer.positions());
        block = target;
    }

    /**
     * Goes forward to the first entry at or above a key, as far as that is in the key's block.
     *
     * @param in the segment that holds the key if any does
     * @return whether it has the key
     */
    boolean find(KeyView key, int in) {
        toSegment(in);
        toBlock(fences.floor(key, Math.max(block, 0)));
        return entries.seek(key) == 0;
    }

    /** Goes to the next entry of the file; false at its end. */
    boolean next() {
        if (footer.keys() == 0) {
            return false;
        }
        toSegment(Math.max(segment, 0));
        toBlock(Math.max(block, 0));
        if (entries.next()) {
            return true;
        }
        if (block + 1 < fences.count()) {
            toBlock(block + 1);
        } else if (segment + 1 < footer.segments()) {
            toSegment(segment + 1);
            toBlock(0);
        } else {
            return false;
        }
        return entries.next();
    }

    /** Goes to the entry of a rank below the number of keys. */
    void seek(long rank) {
        IndexShape shape = footer.shape();
        toSegment((int) (rank / shape.keysPerSegment()));
        int inSegment = (int) (rank % shape.keysPerSegment());
        toBlock(inSegment / shape.keysPerBlock());
        entries.goTo(inSegment % shape.keysPerBlock());
    }

    /** How many of the file's keys are smaller than this one. Goes anywhere. */
    long keysBelow(Key target) {
        if (footer.keys() == 0 || Arrays.compareUnsigned(target.bytes(), file.firstKey()) <= 0) {
            return 0;
        }
        view.at(target);
        toSegment(file.segmentOf(view, 0));
        block = -1;
        toBlock(fences.floor(view, 0));
        return entries.seek(view) < 0 ? rank() + 1 : rank();
    }

    static int compareKeys(EntryReader left, EntryReader right) {
        return left.key().compare(right.key());
    }

    /** The entry's key, until this moves. */
    KeyView key() {
        entries.show(view);
        return view;
    }

    long rank() {
        IndexShape shape = footer.shape();
        return (long) segment * shape.keysPerSegment() + (long) block * shape.keysPerBlock() + entries.entry();
    }

    /** The first of the entry's positions, which ascend. */
    long firstPosition() {
        return footer.positions() == Positions.RANKS ? rank() : entries.firstPosition();
    }

    /** The next of the entry's positions, after {@link #firstPosition}; negative if there is none. */
    long nextPosition() {
        return footer.positions() == Positions.RANKS ? -1 : entries.nextPosition();
    }

    private int entriesIn(int target) {
        int keysPerBlock = footer.shape().keysPerBlock();
        return Math.min(keysPerBlock, footer.keysIn(segment) - target * keysPerBlock);
    }

    private int fenceInt(int i) {
        return (int) Fences.INTS.get(fenceBytes, i * Integer.BYTES);
    }

    private static byte[] atLeast(byte[] bytes, int length) {
        return bytes.length >= length ? bytes : new byte[Math.max(2 * bytes.length, length)];
    }
}
