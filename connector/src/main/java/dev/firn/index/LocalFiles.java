package dev.firn.index;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The index files of a directory: their sizes, and which of them somebody uses. Of the others those are least useful
 * that were let go longest ago, and those that an earlier owner left and nobody asked for since before all of them.
 * Time is the order of events. Any thread.
 */
final class LocalFiles {

    private static final class Entry {

        private long bytes;
        private int users;
        private long letGo;
    }

    private final Map<String, Entry> byName = new HashMap<>();
    private long bytes;
    private long events;

    /** A file that an earlier owner left. */
    synchronized void found(String name, long size) {
        resize(entry(name), size);
    }

    /** Somebody uses a file, of which nothing need be known yet. */
    synchronized void use(String name) {
        entry(name).users++;
    }

    /** The file has come to be, or was opened, and is so large. */
    synchronized void sized(String name, long size) {
        resize(entry(name), size);
    }

    /** One of those who use a file does so no more. */
    synchronized void letGo(String name) {
        Entry entry = byName.get(name);
        if (entry != null && entry.users > 0) {
            entry.users--;
            entry.letGo = ++events;
            if (entry.users == 0 && entry.bytes == 0) {
                byName.remove(name);
            }
        }
    }

    /** The file is deleted; whoever has it open goes on reading it. */
    synchronized void deleted(String name) {
        Entry entry = byName.get(name);
        if (entry != null) {
            resize(entry, 0);
            if (entry.users == 0) {
                byName.remove(name);
            }
        }
    }

    synchronized long bytes() {
        return bytes;
    }

    /** Of files that nobody uses. */
    synchronized long idleBytes() {
        return byName.values().stream()
                .filter(entry -> entry.users == 0)
                .mapToLong(entry -> entry.bytes)
                .sum();
    }

    /**
     * Takes the least useful files away, which the caller deletes.
     *
     * @param excess how many bytes there are too many
     * @return their names, the least useful one first: as many as it takes, or all that nobody uses
     */
    synchronized List<String> evict(long excess) {
        List<String> evicted = new ArrayList<>();
        if (excess <= 0) {
            return evicted;
        }
        List<Map.Entry<String, Entry>> idle = byName.entrySet().stream()
                .filter(entry -> entry.getValue().users == 0)
                .sorted(Comparator.<Map.Entry<String, Entry>>comparingLong(entry -> entry.getValue().letGo)
                        .thenComparing(Map.Entry::getKey))
                .toList();
        long left = excess;
        for (Map.Entry<String, Entry> entry : idle) {
            if (left <= 0) {
                break;
            }
            left -= entry.getValue().bytes;
            bytes -= entry.getValue().bytes;
            byName.remove(entry.getKey());
            evicted.add(entry.getKey());
        }
        return evicted;
    }

    private Entry entry(String name) {
        return byName.computeIfAbsent(name, absent -> new Entry());
    }

    private void resize(Entry entry, long size) {
        bytes += size - entry.bytes;
        entry.bytes = size;
    }
}
