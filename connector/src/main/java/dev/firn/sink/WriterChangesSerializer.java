package dev.firn.sink;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firn.dv.PositionSet;
import dev.firn.iceberg.WriterChanges;
import dev.firn.key.Key;
import dev.firn.lsm.CompactionEdit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;

/**
 * Version 1: writer id, base sequence number, data files as Iceberg's own JSON, dead positions as portable Roaring
 * bitmaps by location, deleted keys. Each part is preceded by its count, each byte string by its length. Version 2:
 * compactions come after that, each as inputs with their dead positions, outputs, and dead positions of the outputs.
 */
final class WriterChangesSerializer implements SimpleVersionedSerializer<WriterChanges> {

    private static final int VERSION = 2;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<Integer, PartitionSpec> specs;

    /** @param specs every partition spec of the table, by id */
    WriterChangesSerializer(Map<Integer, PartitionSpec> specs) {
        this.specs = specs;
    }

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(WriterChanges changes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeUTF(changes.writerId());
        out.writeLong(changes.baseSequenceNumber());
        writeFiles(out, changes.added());
        writePositions(out, changes.dead());
        writeKeys(out, changes.deletedKeys());
        out.writeInt(changes.compactions().size());
        for (CompactionEdit compaction : changes.compactions()) {
            writePositions(out, compaction.inputs());
            writeFiles(out, compaction.outputs());
            writePositions(out, compaction.dead());
        }
        return bytes.toByteArray();
    }

    @Override
    public WriterChanges deserialize(int version, byte[] serialized) throws IOException {
        Versions.check("a writer's changes", version, VERSION);
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized));
        String writerId = in.readUTF();
        long baseSequenceNumber = in.readLong();
        List<DataFile> added = readFiles(in);
        Map<String, PositionSet> dead = readPositions(in);
        List<Key> deletedKeys = readKeys(in);
        List<CompactionEdit> compactions = new ArrayList<>();
        for (int left = version == 1 ? 0 : in.readInt(); left > 0; left--) {
            compactions.add(new CompactionEdit(readPositions(in), readFiles(in), readPositions(in)));
        }
        return new WriterChanges(writerId, baseSequenceNumber, added, dead, deletedKeys, compactions);
    }

    // Of these there can be many, so their loops are to be compiled without all the rest around them.
    private static void writeKeys(DataOutputStream out, List<Key> keys) throws IOException {
        out.writeInt(keys.size());
        for (Key key : keys) {
            write(out, key.bytes());
        }
    }

    private static List<Key> readKeys(DataInputStream in) throws IOException {
        List<Key> keys = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            keys.add(Key.of(read(in)));
        }
        return keys;
    }

    private void writeFiles(DataOutputStream out, List<DataFile> files) throws IOException {
        out.writeInt(files.size());
        for (DataFile file : files) {
            write(out, ContentFileParser.toJson(file, spec(file.specId())).getBytes(StandardCharsets.UTF_8));
        }
    }

    private List<DataFile> readFiles(DataInputStream in) throws IOException {
        List<DataFile> files = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            files.add((DataFile) ContentFileParser.fromJson(JSON.readTree(read(in)), specs));
        }
        return files;
    }

    private static void writePositions(DataOutputStream out, Map<String, PositionSet> byFile) throws IOException {
        out.writeInt(byFile.size());
        for (Map.Entry<String, PositionSet> positions : new TreeMap<>(byFile).entrySet()) {
            write(out, positions.getKey().getBytes(StandardCharsets.UTF_8));
            write(out, positions.getValue().toBytes());
        }
    }

    private static Map<String, PositionSet> readPositions(DataInputStream in) throws IOException {
        Map<String, PositionSet> byFile = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            byFile.put(new String(read(in), StandardCharsets.UTF_8), PositionSet.fromBytes(read(in)));
        }
        return byFile;
    }

    private PartitionSpec spec(int id) {
        PartitionSpec spec = specs.get(id);
        if (spec == null) {
            throw new IllegalStateException("No partition spec " + id + " among " + specs.keySet());
        }
        return spec;
    }

    static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static byte[] read(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }
}
