package dev.firn.sink;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Version 1: the checkpoint id, 8 bytes, big endian. */
final class WriterStateSerializer implements SimpleVersionedSerializer<WriterState> {

    private static final int VERSION = 1;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(WriterState state) {
        return ByteBuffer.allocate(Long.BYTES).putLong(state.checkpointId()).array();
    }

    @Override
    public WriterState deserialize(int version, byte[] serialized) throws IOException {
        Versions.check("writer state", version, VERSION);
        return new WriterState(ByteBuffer.wrap(serialized).getLong());
    }
}
