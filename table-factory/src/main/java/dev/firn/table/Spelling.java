package dev.firn.table;

import java.util.stream.IntStream;

/** Tells which known option a misspelled one may be meant to be. */
final class Spelling {

    private Spelling() {}

    /**
     * Whether the names differ by a slip or two: at most a third of the known name's characters, and no more than
     * three.
     *
     * @param known a name, or a prefix that ends in {@code *} and stands for all names that begin so
     */
    static boolean isNear(String name, String known) {
        int length = known.endsWith("*") ? known.length() - 1 : known.length();
        return distance(name, known) <= Math.min(3, length / 3);
    }

    /** The number of single characters to change, insert or leave out (Levenshtein). */
    static int distance(String name, String known) {
        if (known.endsWith("*")) {
            String prefix = known.substring(0, known.length() - 1);
            int end = name.indexOf(prefix.charAt(prefix.length() - 1));
            return distance(end < 0 ? name : name.substring(0, end + 1), prefix);
        }
        int[] row = IntStream.rangeClosed(0, known.length()).toArray();
        for (int i = 1; i <= name.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= known.length(); j++) {
                int replaced = diagonal + (name.charAt(i - 1) == known.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[known.length()];
    }
}
