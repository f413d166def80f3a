package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.flink.TableLoader;
import org.junit.jupiter.api.Test;

final class FirnTableTest {

    @Test
    void tableThatCannotBeOpenedLeavesNoCatalogOpen() {
        List<String> calls = new ArrayList<>();
        assertThatThrownBy(() -> FirnTable.open(new TablelessLoader(calls))).isInstanceOf(NoSuchTableException.class);
        assertThat(calls).containsExactly("open", "load", "close");
    }

    private record TablelessLoader(List<String> calls) implements TableLoader {

        @Override
        public void open() {
            calls.add("open");
        }

        @Override
        public boolean isOpen() {
            return calls.contains("open");
        }

        @Override
        public Table loadTable() {
            calls.add("load");
            throw new NoSuchTableException("no such table");
        }

        @Override
        @SuppressWarnings("MethodDoesntCallSuperMethod")
        public TableLoader clone() {
            return new TablelessLoader(calls);
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }
}
