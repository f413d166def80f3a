package dev.firn.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Where the statements of an SQL file begin and end. */
class SqlFileTest {

    @Test
    void statementEndsWithTheLineThatEndsInASemicolon() {
        SqlFile file = SqlFile.of("""
                -- What it does; and why.
                SET 'a' = 'b;c';

                CREATE TABLE t (
                  -- the key;
                  id INT
                );
                SELECT 1;
                """);

        assertThat(file.statements()).containsExactly("SET 'a' = 'b;c'", "CREATE TABLE t (\n  id INT\n)", "SELECT 1");
    }

    @Test
    void statementSetIsOneStatement() {
        SqlFile file = SqlFile.of("""
                EXECUTE STATEMENT SET BEGIN
                INSERT INTO a SELECT 1;
                INSERT INTO b SELECT 2;
                END;
                SELECT 3;
                """);

        assertThat(file.statements())
                .containsExactly(
                        "EXECUTE STATEMENT SET BEGIN\nINSERT INTO a SELECT 1;\nINSERT INTO b SELECT 2;\nEND",
                        "SELECT 3");
    }

    @Test
    void statementWithoutAnEndIsRefused() {
        assertThatThrownBy(() -> SqlFile.of("SELECT 1;\nSELECT 2")).hasMessageContaining("no end: SELECT 2");
    }

    @Test
    void addressesAreReplaced() {
        SqlFile file = SqlFile.of("SET 'uri' = 'http://rest:8181';").with(sql -> sql.replace("rest:8181", "here:1"));

        assertThat(file.statements()).containsExactly("SET 'uri' = 'http://here:1'");
    }
}
