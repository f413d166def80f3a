package dev.firn.sink;

import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** A compaction job has nothing to remember: whatever it has to know is in the table. */
enum NoSplit implements SourceSplit {
    NONE;

    @Override
    public String splitId() {
        return name();
    }

    /** Of no bytes. */
    static final class Serializer implements SimpleVersionedSerializer<NoSplit> {

        private static final int VERSION = 1;

        @Override
        public int getVersion() {
            return VERSION;
        }

        @Override
        public byte[] serialize(NoSplit none) {
            return new byte[0];
        }

        @Override
        public NoSplit deserialize(int version, byte[] serialized) {
            return NONE;
        }
    }
}
