package dev.firn.columns;

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
        into.appendAll(dictionary, ids, count);
    }

    @Override
    public void skip(int count) {
        ids.skip(count);
    }
}
