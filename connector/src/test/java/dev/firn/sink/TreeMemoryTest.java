package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TreeMemoryTest {

    private final List<String> putAside = new ArrayList<>();

    @Test
    void withinTheBudgetNothingGoes() {
        TreeMemory memory = fit(100, 0, List.of(idle("a", 60, 1), idle("b", 40, 2)));

        assertThat(putAside).isEmpty();
        assertThat(memory.figures()).isEqualTo(new TreeMemory.Figures(2, 100, 0, 0));
    }

    @Test
    void theTreeThatChangedLongestAgoGoesFirstAndNoMoreThanHasTo() {
        TreeMemory memory = fit(100, 0, List.of(idle("young", 60, 9), idle("old", 30, 1), idle("middle", 30, 5)));

        assertThat(putAside).containsExactly("old");
        assertThat(memory.figures()).isEqualTo(new TreeMemory.Figures(2, 90, 1, 0));
    }

    @Test
    void whatIsBusyStaysThoughTheBudgetBeTooSmall() throws Exception {
        LogLines lines = LogLines.sinceNow();
        TreeMemory memory = fit(10, 0, List.of(busy("a", 60, 1), idle("b", 40, 2)));

        assertThat(putAside).containsExactly("b");
        assertThat(memory.figures().bytes()).isEqualTo(60);
        assertThat(lines.only("The trees that are being written")).contains("bytes=60", "sink.tree-memory");
    }

    @Test
    void treesGoUntilTheirIndexesKeepToTheQuota() {
        TreeMemory memory = fit(1_000, 2, List.of(idle("a", 1, 1), idle("b", 1, 2), idle("c", 1, 3)));

        assertThat(putAside).containsExactly("a", "b");
        assertThat(memory.figures().excessDiskBytes()).isZero();
    }

    @Test
    void indexesOfBusyTreesBeyondTheQuotaAreTold() throws Exception {
        LogLines lines = LogLines.sinceNow();
        TreeMemory memory = fit(1_000, 3, List.of(idle("a", 1, 1), busy("b", 1, 2)));

        assertThat(putAside).containsExactly("a");
        assertThat(memory.figures().excessDiskBytes()).isEqualTo(2);
        assertThat(lines.only("The indexes of the trees")).contains("sink.local-quota");
    }

    /** @param tooMany trees whose indexes the local disk has no room for */
    private TreeMemory fit(long budget, int tooMany, List<TreeMemory.Tree<String>> trees) {
        TreeMemory memory = new TreeMemory(budget);
        memory.fit(trees, () -> Math.max(0, tooMany - putAside.size()), putAside::add);
        return memory;
    }

    private static TreeMemory.Tree<String> idle(String name, long bytes, long lastChange) {
        return new TreeMemory.Tree<>(name, bytes, lastChange, true);
    }

    private static TreeMemory.Tree<String> busy(String name, long bytes, long lastChange) {
        return new TreeMemory.Tree<>(name, bytes, lastChange, false);
    }
}
