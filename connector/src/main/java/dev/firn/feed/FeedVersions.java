package dev.firn.feed;

import java.io.IOException;

/** Refuses state that this release cannot read. */
final class FeedVersions {

    private FeedVersions() {}

    static void check(String what, int found, int newest) throws IOException {
        if (found < 1 || found > newest) {
            throw new IOException("Cannot read " + what + " of version " + found + ": this release of Firn reads"
                    + " versions 1 to " + newest + ". Restore it with the release that wrote it, or a newer one.");
        }
    }
}
