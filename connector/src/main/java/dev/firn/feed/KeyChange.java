package dev.firn.feed;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.RowData;

/** All images of one key on either side, in their order. More than one on a side is a key that is there twice. */
record KeyChange(List<RowData> before, List<RowData> after) {

    private static final KeyChange NONE = new KeyChange(List.of(), List.of());

    KeyChange {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }

    /** What is left without the images that are on both sides, each of them counting once. */
    KeyChange without(ImageEquality equality) {
        if (before.isEmpty() || after.isEmpty()) {
            return this;
        }
        if (before.size() == 1 && after.size() == 1) {
            return equality.same(before.get(0), after.get(0)) ? NONE : this;
        }
        List<RowData> gone = new ArrayList<>(before);
        List<RowData> come = new ArrayList<>();
        for (RowData image : after) {
            int same = 0;
            while (same < gone.size() && !equality.same(gone.get(same), image)) {
                same++;
            }
            if (same < gone.size()) {
                gone.remove(same);
            } else {
                come.add(image);
            }
        }
        return new KeyChange(gone, come);
    }
}
