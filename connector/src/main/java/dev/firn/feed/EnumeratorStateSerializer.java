package dev.firn.feed;

import dev.firn.iceberg.SnapshotStamp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Version 1: whether the feed has started; if so, the table's identity, the snapshots planned and consumed, the next
 * ordinal, the end if there is one, epoch and specs of the lanes, and the pending splits with their own version.
 */
final class EnumeratorStateSerializer implements SimpleVersionedSerializer<EnumeratorState> {

    private static final int VERSION = 1;

    private final ChangeSplitSerializer splits = new ChangeSplitSerializer();

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(EnumeratorState state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        FeedState feed = state.feed();
        out.writeBoolean(feed != null);
        if (feed != null) {
            write(out, feed);
        }
        return bytes.toByteArray();
    }

    private void write(DataOutputStream out, FeedState feed) throws IOException {
        out.writeUTF(feed.tableUuid());
        ChangeSplitSerializer.write(out, feed.progress().planned());
        ChangeSplitSerializer.write(out, feed.progress().consumed());
        out.writeLong(feed.progress().nextOrdinal());
        SnapshotStamp end = feed.end();
        out.writeBoolean(end != null);
        if (end != null) {
            ChangeSplitSerializer.write(out, end);
        }
        out.writeInt(feed.lanes().epoch());
        out.writeInt(feed.lanes().specIds().size());
        for (int specId : new TreeSet<>(feed.lanes().specIds())) {
            out.writeInt(specId);
        }
        out.writeInt(splits.getVersion());
        out.writeInt(feed.pending().size());
        for (ChangeSplit split : feed.pending()) {
            ChangeSplitSerializer.writeBytes(out, splits.serialize(split));
        }
    }

    @Override
    public EnumeratorState deserialize(int version, byte[] serialized) throws IOException {
        FeedVersions.check("the change feed's progress", version, VERSION);
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized));
        return in.readBoolean() ? new EnumeratorState(read(in)) : EnumeratorState.NOT_STARTED;
    }

    private FeedState read(DataInputStream in) throws IOException {
        String tableUuid = in.readUTF();
        FeedState.Progress progress = new FeedState.Progress(
                ChangeSplitSerializer.readStamp(in), ChangeSplitSerializer.readStamp(in), in.readLong());
        SnapshotStamp end = in.readBoolean() ? ChangeSplitSerializer.readStamp(in) : null;
        int epoch = in.readInt();
        Set<Integer> specIds = new HashSet<>();
        for (int left = in.readInt(); left > 0; left--) {
            specIds.add(in.readInt());
        }
        int splitVersion = in.readInt();
        List<ChangeSplit> pending = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            pending.add(splits.deserialize(splitVersion, ChangeSplitSerializer.readBytes(in)));
        }
        return new FeedState(tableUuid, progress, end, new FeedState.LaneState(epoch, specIds), pending);
    }
}
