package dev.firn.sink;

import dev.firn.iceberg.CheckpointChanges;
import dev.firn.iceberg.Marker;
import dev.firn.iceberg.WriterChanges;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.iceberg.PartitionSpec;

/**
 * Version 1: marker, predecessor's marker or an empty text, version and bytes of each writer's changes. Version 2: the
 * barrier's time ahead of the writers', or {@link #NOT_NOTED}.
 */
final class CommittableSerializer implements SimpleVersionedSerializer<CheckpointChanges> {

    private static final int VERSION = 2;
    private static final long NOT_NOTED = Long.MIN_VALUE;

    private final WriterChangesSerializer writers;

    /** @param specs every partition spec of the table, by id */
    CommittableSerializer(Map<Integer, PartitionSpec> specs) {
        this.writers = new WriterChangesSerializer(specs);
    }

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(CheckpointChanges changes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeUTF(changes.marker().toProperty());
        out.writeUTF(changes.predecessor().map(Marker::toProperty).orElse(""));
        out.writeLong(changes.barrierMillis().orElse(NOT_NOTED));
        out.writeInt(changes.writers().size());
        for (WriterChanges writer : changes.writers()) {
            out.writeInt(writers.getVersion());
            WriterChangesSerializer.write(out, writers.serialize(writer));
        }
        return bytes.toByteArray();
    }

    @Override
    public CheckpointChanges deserialize(int version, byte[] serialized) throws IOException {
        Versions.check("a committable", version, VERSION);
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized));
        Marker marker = Marker.parse(in.readUTF());
        String predecessor = in.readUTF();
        long barrierMillis = version == 1 ? NOT_NOTED : in.readLong();
        List<WriterChanges> changes = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            changes.add(writers.deserialize(in.readInt(), WriterChangesSerializer.read(in)));
        }
        return new CheckpointChanges(
                marker,
                predecessor.isEmpty() ? Optional.empty() : Optional.of(Marker.parse(predecessor)),
                changes,
                barrierMillis == NOT_NOTED ? OptionalLong.empty() : OptionalLong.of(barrierMillis));
    }
}
