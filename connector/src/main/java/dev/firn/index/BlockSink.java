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
    private final ByteSink chain = new ByteSink();
    private int count;
    private long lastPosition;

    BlockSink(int maxKeys, Positions kind) {
        this.kind = kind;
        this.keyEnds = new int[maxKeys];
        this.positionEnds = new int[maxKeys];
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
        if (packable && length - prefix <= MIN_ENTRY_BYTES) {
            pack(out, prefix, length);
        } else {
            chain(chain);
            if (packable && (long) count * (length - prefix) <= chain.size()) {
                pack(out, prefix, length);
            } else {
                out.putAll(chain);
            }
        }
        chain.clear();
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

    private void chain(ByteSink out) {
        out.putByte(CHAINED);
        int places = out.size();
        int restarts = (count - 1) / RESTART_INTERVAL;
        for (int i = 0; i < restarts; i++) {
            out.putInt(0);
        }
        for (int i = 0; i < count; i++) {
            int shared = 0;
            if (i > 0 && i % RESTART_INTERVAL == 0) {
                out.setInt(places + (i / RESTART_INTERVAL - 1) * Integer.BYTES, out.size());
                shared = sharedBytes(0, i);
            } else if (i > 0) {
                shared = sharedBytes(i - 1, i);
            }
            out.putVarint(shared);
            out.putVarint(keyEnds[i] - start(i) - shared);
            out.putBytes(keys.bytes(), start(i) + shared, keyEnds[i]);
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
