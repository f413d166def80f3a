package dev.firn.feed;

/** Ahead of a change or behind it. */
enum Side {
    BEFORE,
    AFTER
}
