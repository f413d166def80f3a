package dev.firn.feed;

import org.apache.flink.table.connector.ChangelogMode;

/** Which changes a feed tells. */
public enum ChangelogKind {
    /** Each change of each snapshot, with its pre-image. */
    ALL,
    /** No pre-images: {@code +I}, {@code +U}, and {@code -D} with the key and columns that are not null. */
    UPSERT,
    /** One change per key from the start to the end of a bounded feed, with its pre-image. */
    NET;

    public ChangelogMode mode() {
        return this == UPSERT ? ChangelogMode.upsert(true) : ChangelogMode.all();
    }
}
