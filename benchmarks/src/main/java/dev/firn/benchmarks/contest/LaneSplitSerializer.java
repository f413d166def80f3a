package dev.firn.benchmarks.contest;

import java.nio.ByteBuffer;
import org.apache.flink.core.io.SimpleVersionedSerializer;

final class LaneSplitSerializer implements SimpleVersionedSerializer<LaneSplit> {

    @Override
    public int getVersion() {
        return 1;
    }

    @Override
    public byte[] serialize(LaneSplit split) {
        return ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
                .putInt(split.lane())
                .putLong(split.next())
                .array();
    }

    @Override
    public LaneSplit deserialize(int version, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new LaneSplit(in.getInt(), in.getLong());
    }
}
