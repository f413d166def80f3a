package dev.firn.run;

/** Decodes wanted rows. It may decode others on the way, but nothing of pages without wanted rows. */
abstract class WantedModel<T> extends RowModel<T> {

    /** Of the row that was read last. */
    abstract long position();

    /**
     * The first wanted position behind that of the row that was read last, or the first of all ahead of that; the end
     * of the wanted ones, or more, if there is none.
     */
    abstract long nextWanted();

    /**
     * Goes to another row, the next one or one behind it, but over no wanted one.
     *
     * @return null for a row that is not decoded
     */
    @Override
    public abstract T read(T reuse);
}
