package dev.firn.feed;

import java.io.Closeable;
import org.apache.flink.table.data.RowData;

/** stub */
interface SplitChanges extends Closeable {
    boolean next();

    RowData row();
}
