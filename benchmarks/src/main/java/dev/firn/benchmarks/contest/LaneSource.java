package dev.firn.benchmarks.contest;

import dev.firn.benchmarks.workload.RowMaker;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;

/** Tells a script, each subtask one lane. As cheap as a source can be, because every contestant pays for it. */
final class LaneSource implements Source<RowData, LaneSplit, Integer>, ResultTypeQueryable<RowData> {

    private final Script script;

    LaneSource(Script script) {
        this.script = script;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SplitEnumerator<LaneSplit, Integer> createEnumerator(SplitEnumeratorContext<LaneSplit> context) {
        return new LaneEnumerator(context, 0);
    }

    @Override
    public SplitEnumerator<LaneSplit, Integer> restoreEnumerator(
            SplitEnumeratorContext<LaneSplit> context, Integer assigned) {
        return new LaneEnumerator(context, assigned);
    }

    @Override
    public SimpleVersionedSerializer<LaneSplit> getSplitSerializer() {
        return new LaneSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<Integer> getEnumeratorCheckpointSerializer() {
        return new LaneCountSerializer();
    }

    @Override
    public SourceReader<RowData, LaneSplit> createReader(SourceReaderContext context) {
        return new LaneReader(script);
    }

    @Override
    public TypeInformation<RowData> getProducedType() {
        return InternalTypeInfo.of(RowMaker.rowType(script.workload().rows()));
    }
}
