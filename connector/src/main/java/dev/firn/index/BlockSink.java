package dev.firn.index;

import dev.firn.key.KeyView;
import java.util.Arrays;

/**
 * Collects a block's entries and writes them in the smaller one of two forms, of which {@link BlockReader} finds keys.
 *
 * <pre>
 * packed  = 1 prefix-length suffix-length prefix suffix*       keys of one length; positions are ranks
 * chained = 0 place-of-restart* entry*                         every 16th entry but the first is a restart
 * entry   = shared-bytes suffix-length suffix [position+1 (distance to next position)* 0]
 * </pre>
 *
 * Lengths, shared bytes, positions and distances are varints, places ints that count from the block's start. A restart
 * shares bytes with the first key of the block, any other entry with the one before.
 */
final class BlockSink {

    static final int CHAINED = 0;
    static final int PACKED = 1;
    static final int RESTART_INTERVAL = 16;

    /** An entry of a chain has no less, beside its suffix; so the packed form is the smaller one. */
    private static final int MIN_ENTRY_BYTES = 3;

    private final Positions kind;
    private final ByteSink keys = new ByteSink();
    private final int[] keyEnds;
    private final ByteSink positions = new ByteSink();
    private final int[] positionEnds;

    /** How many bytes each key shares in a chain, as of {@link #measureChain}. */
    private final int[] shared;

    private int count;
    private long lastPosition;

    BlockSink(int maxKeys, Positions kind) {
        this.kind = kind;
        this.keyEnds = new int[maxKeys];
        this.positionEnds = new int[maxKeys];
        this.shared = new int[maxKeys];
    }

    int count() {
        return count;
    }

    void add(KeyView key, long position) {
        endPositions();
        keys.putBytes(key.bytes(), key.from(), key.to());
        keyEnds[count++] = keys.size();
        if (kind == Positions.LISTED) {
            positions.putVarint(position + 1);
            lastPosition = position;
        }
    }

    /** One more of the last key. */
    void addPosition(long position) {
        positions.putVarint(position - lastPosition);
        lastPosition = position;
    }

    private void endPositions() {
        if (kind == Positions.LISTED && count > 0) {
            positions.putVarint(0);
            positionEnds[count - 1] = positions.size();
        }
    }

    /** Empties itself. */
    void writeTo(ByteSink out) {
        endPositions();
        int prefix = samePrefix();
        int length = keyEnds[0];
        boolean packable = kind == Positions.RANKS && keysAreOfOneLength();
        if (packable && (length - prefix <= MIN_ENTRY_BYTES || (long) count * (length - prefix) <= measureChain())) {
            pack(out, prefix, length);
        } else {
            if (!packable) {
                measureChain();
            }
            chain(out);
        }
        keys.clear();
        positions.clear();
        count = 0;
    }

    private void pack(ByteSink out, int prefix, int length) {
        out.putByte(PACKED);
        out.putVarint(prefix);
        out.putVarint(length - prefix);
        out.putBytes(keys.bytes(), 0, prefix);
        for (int i = 0; i < count; i++) {
            out.putBytes(keys.bytes(), start(i) + prefix, keyEnds[i]);
        }
    }

    /** How many bytes it takes to chain the keys, without their positions. */
    private long measureChain() {
        long bytes = 1 + (long) restarts() * Integer.BYTES;
        for (int i = 0; i < count; i++) {
            shared[i] = i == 0 ? 0 : sharedBytes(isRestart(i) ? 0 : i - 1, i);
            int suffix = keyEnds[i] - start(i) - shared[i];
            bytes += ByteSink.varintBytes(shared[i]) + ByteSink.varintBytes(suffix) + suffix;
        }
        return bytes;
    }

    private int restarts() {
        return (count - 1) / RESTART_INTERVAL;
    }

    private static boolean isRestart(int i) {
        return i > 0 && i % RESTART_INTERVAL == 0;
    }

    private void chain(ByteSink out) {
        int start = out.size();
        out.putByte(CHAINED);
        int places = out.size();
        for (int i = 0; i < restarts(); i++) {
            out.putInt(0);
        }
        for (int i = 0; i < count; i++) {
            if (isRestart(i)) {
                out.setInt(places + (i / RESTART_INTERVAL - 1) * Integer.BYTES, out.size() - start);
            }
            out.putVarint(shared[i]);
            out.putVarint(keyEnds[i] - start(i) - shared[i]);
            out.putBytes(keys.bytes(), start(i) + shared[i], keyEnds[i]);
            if (kind == Positions.LISTED) {
                out.putBytes(positions.bytes(), i == 0 ? 0 : positionEnds[i - 1], positionEnds[i]);
            }
        }
    }

    private boolean keysAreOfOneLength() {
        for (int i = 1; i < count; i++) {
            if (keyEnds[i] - start(i) != keyEnds[0]) {
                return false;
            }
        }
        return true;
    }

    /** What the first and the last key have in common, all do. */
    private int samePrefix() {
        return sharedBytes(0, count - 1);
    }

    private int sharedBytes(int one, int other) {
        int mismatch =
                Arrays.mismatch(keys.bytes(), start(one), keyEnds[one], keys.bytes(), start(other), keyEnds[other]);
        return mismatch < 0 ? keyEnds[other] - start(other) : mismatch;
    }

    private int start(int i) {
        return i == 0 ? 0 : keyEnds[i - 1];
    }
}
