package dev.firn.e2e.cluster;

import java.util.List;

/** What reads tables by SQL, and tells their rows as every other engine does. */
public interface Engine {

    /** @return the query's rows in the order in which the engine gives them, as {@link RowText} */
    List<String> rows(String query);
}
