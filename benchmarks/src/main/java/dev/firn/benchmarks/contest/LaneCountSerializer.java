package dev.firn.benchmarks.contest;

import java.nio.ByteBuffer;
import org.apache.flink.core.io.SimpleVersionedSerializer;

final class LaneCountSerializer implements SimpleVersionedSerializer<Integer> {

    @Override
    public int getVersion() {
        return 1;
    }

    @Override
    public byte[] serialize(Integer lanes) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(lanes).array();
    }

    @Override
    public Integer deserialize(int version, byte[] bytes) {
        return ByteBuffer.wrap(bytes).getInt();
    }
}
