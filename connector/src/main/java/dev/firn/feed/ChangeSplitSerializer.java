package dev.firn.feed;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firn.iceberg.FileChange;
import dev.firn.iceberg.FileChange.Liveness;
import dev.firn.iceberg.Lane;
import dev.firn.iceberg.SnapshotStamp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.types.TypeUtil;
import org.jspecify.annotations.Nullable;

/**
 * Version 1: ordinal, emitted rows, snapshot and lane; then the partition specs that the files have, each with the
 * columns that it is made of, so that a reader understands a spec that is newer than its job; then the files and their
 * vectors as Iceberg's own JSON. Each list is preceded by its count, each byte string by its length.
 */
final class ChangeSplitSerializer implements SimpleVersionedSerializer<ChangeSplit> {

    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What is said of a file on one side of the change. */
    private static final int ABSENT = 0;

    private static final int WHOLE = 1;
    private static final int WITH_VECTOR = 2;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(ChangeSplit split) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(split.ordinal());
        out.writeLong(split.emitted());
        write(out, split.snapshot());
        out.writeInt(split.lane().epoch());
        writeText(out, split.lane().name());
        writeSpecs(out, split.files());
        out.writeInt(split.files().size());
        for (FileChange file : split.files()) {
            writeFile(out, file.file(), file.spec());
            write(out, file.before(), file.spec());
            write(out, file.after(), file.spec());
        }
        return bytes.toByteArray();
    }

    @Override
    public ChangeSplit deserialize(int version, byte[] serialized) throws IOException {
        FeedVersions.check("a split of the change feed", version, VERSION);
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized));
        long ordinal = in.readLong();
        long emitted = in.readLong();
        SnapshotStamp snapshot = readStamp(in);
        Lane lane = new Lane(in.readInt(), readText(in));
        Map<Integer, PartitionSpec> specs = readSpecs(in);
        List<FileChange> files = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            DataFile file = (DataFile) readFile(in, specs);
            PartitionSpec spec = Objects.requireNonNull(specs.get(file.specId()));
            files.add(new FileChange(file, spec, readLiveness(in, specs), readLiveness(in, specs)));
        }
        return new ChangeSplit(ordinal, snapshot, lane, files, emitted);
    }

    static void write(DataOutputStream out, SnapshotStamp snapshot) throws IOException {
        out.writeLong(snapshot.id());
        out.writeLong(snapshot.sequenceNumber());
        out.writeLong(snapshot.commitMillis());
    }

    static SnapshotStamp readStamp(DataInputStream in) throws IOException {
        return new SnapshotStamp(in.readLong(), in.readLong(), in.readLong());
    }

    private static void write(DataOutputStream out, @Nullable Liveness side, PartitionSpec spec) throws IOException {
        DeleteFile vector = side == null ? null : side.vector();
        if (vector == null) {
            out.writeByte(side == null ? ABSENT : WHOLE);
        } else {
            out.writeByte(WITH_VECTOR);
            writeFile(out, vector, spec);
        }
    }

    private static @Nullable Liveness readLiveness(DataInputStream in, Map<Integer, PartitionSpec> specs)
            throws IOException {
        return switch (in.readByte()) {
            case ABSENT -> null;
            case WHOLE -> new Liveness(null);
            case WITH_VECTOR -> new Liveness((DeleteFile) readFile(in, specs));
            default -> throw new IOException("Corrupt split of the change feed: no such side of a file");
        };
    }

    private static void writeSpecs(DataOutputStream out, List<FileChange> files) throws IOException {
        Map<Integer, PartitionSpec> specs = new TreeMap<>();
        files.forEach(file -> specs.put(file.spec().specId(), file.spec()));
        out.writeInt(specs.size());
        for (PartitionSpec spec : specs.values()) {
            Set<Integer> sources =
                    spec.fields().stream().map(PartitionField::sourceId).collect(Collectors.toSet());
            writeText(out, SchemaParser.toJson(TypeUtil.select(spec.schema(), sources)));
            writeText(out, PartitionSpecParser.toJson(spec));
        }
    }

    private static Map<Integer, PartitionSpec> readSpecs(DataInputStream in) throws IOException {
        Map<Integer, PartitionSpec> specs = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            Schema columns = SchemaParser.fromJson(readText(in));
            PartitionSpec spec = PartitionSpecParser.fromJson(columns, readText(in));
            specs.put(spec.specId(), spec);
        }
        return specs;
    }

    private static void writeFile(DataOutputStream out, ContentFile<?> file, PartitionSpec spec) throws IOException {
        writeText(out, ContentFileParser.toJson(file, spec));
    }

    private static ContentFile<?> readFile(DataInputStream in, Map<Integer, PartitionSpec> specs) throws IOException {
        return ContentFileParser.fromJson(JSON.readTree(readText(in)), specs);
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static byte[] readBytes(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }
}
