package dev.firn.index;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file mapped into memory, in pieces, because one mapping ends at 2 GiB. It is unmapped when it is no longer
 * reachable: no reader can touch an unmapped page. Any thread may read.
 */
final class MappedFile {

    static final long PIECE_BYTES = 1L << 30;

    private final Path path;
    private final long pieceBytes;
    private final long size;
    private final MappedByteBuffer[] pieces;

    private MappedFile(Path path, long pieceBytes, long size, MappedByteBuffer[] pieces) {
        this.path = path;
        this.pieceBytes = pieceBytes;
        this.size = size;
        this.pieces = pieces;
    }

    /** Maps the file as long as it is now. */
    static MappedFile map(Path path, long pieceBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            MappedByteBuffer[] pieces = new MappedByteBuffer[Math.toIntExact((size + pieceBytes - 1) / pieceBytes)];
            for (int i = 0; i < pieces.length; i++) {
                long start = i * pieceBytes;
                pieces[i] = channel.map(FileChannel.MapMode.READ_ONLY, start, Math.min(pieceBytes, size - start));
            }
            return new MappedFile(path, pieceBytes, size, pieces);
        }
    }

    Path path() {
        return path;
    }

    long size() {
        return size;
    }

    /** Copies {@code count} bytes to the start of {@code target}. */
    void read(long offset, byte[] target, int count) {
        if (offset < 0 || count < 0 || offset > size - count) {
            throw new CorruptIndexException(path, offset, count + " bytes end beyond the file's " + size);
        }
        int done = 0;
        while (done < count) {
            long at = offset + done;
            int inPiece = (int) (at % pieceBytes);
            int part = (int) Math.min(count - done, pieceBytes - inPiece);
            pieces[(int) (at / pieceBytes)].get(inPiece, target, done, part);
            done += part;
        }
    }
}
