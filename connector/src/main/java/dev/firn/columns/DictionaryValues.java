package dev.firn.columns;

import java.util.Objects;

/** Ids of values that the column's dictionary has. */
final class DictionaryValues implements PageValues {

    private final ColumnVector dictionary;
    private final HybridRuns ids;

    DictionaryValues(ColumnVector dictionary, HybridRuns ids) {
        this.dictionary = dictionary;
        this.ids = ids;
    }

    @Override
    public void read(int count, ColumnVector into) {
        for (int i = 0; i < count; i++) {
            into.append(dictionary, Objects.checkIndex(ids.next(), dictionary.size()));
        }
    }

    @Override
    public void skip(int count) {
        ids.skip(count);
    }
}
