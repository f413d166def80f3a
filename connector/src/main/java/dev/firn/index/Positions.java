package dev.firn.index;

/** How an index file tells the positions of its keys. */
enum Positions {
    /** The data file's keys ascend strictly: a key's position is its rank. */
    RANKS(0),
    /** The positions stand with each key. */
    LISTED(1);

    private final int code;

    Positions(int code) {
        this.code = code;
    }

    /** What stands in files for this. */
    int code() {
        return code;
    }

    static Positions of(int code) {
        return switch (code) {
            case 0 -> RANKS;
            case 1 -> LISTED;
            default -> throw new IllegalArgumentException("No positions of kind " + code);
        };
    }
}
