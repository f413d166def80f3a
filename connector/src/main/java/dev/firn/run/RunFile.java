package dev.firn.run;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.DataFile;

/**
 * A data file in its place in the LSM tree.
 *
 * @param level 0 for a file straight from a flush or of unknown origin, higher for the output of a compaction
 */
public record RunFile(DataFile file, int level) {

    private static final Pattern LEVEL = Pattern.compile("-L(\\d{1,3})\\.parquet$");

    public RunFile {
        if (level < 0) {
            throw new IllegalArgumentException("A level is not negative: " + level);
        }
    }

    /** The file with the level that its name tells, level 0 if it tells none. */
    public static RunFile of(DataFile file) {
        Matcher matcher = LEVEL.matcher(file.location());
        return new RunFile(file, matcher.find() ? Integer.parseInt(matcher.group(1)) : 0);
    }

    /** Whether a file's name tells a level, as the names of Firn's own files do. */
    public static boolean tellsLevel(DataFile file) {
        return tellsLevel(file.location());
    }

    /** As {@link #tellsLevel(DataFile)}, of its location. */
    public static boolean tellsLevel(String location) {
        return LEVEL.matcher(location).find();
    }

    /** How the name of a file of this level ends, ahead of the extension and after a dash. */
    public static String suffix(int level) {
        return "L" + level;
    }

    public String location() {
        return file.location();
    }

    /** All rows of the file, the dead ones included. */
    public long rows() {
        return file.recordCount();
    }
}
