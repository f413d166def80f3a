package dev.firn.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RowTextTest {

    @Test
    void joinsColumns() {
        assertThat(RowText.of(List.of(1, 2L, "three", true, LocalDate.of(2026, 1, 2))))
                .isEqualTo("1|2|three|true|2026-01-02");
    }

    @Test
    void hasNoWordForNull() {
        assertThat(RowText.of(Arrays.asList(null, 1, null))).isEqualTo("|1|");
    }

    @Test
    void keepsTheScaleOfDecimals() {
        assertThat(RowText.of(List.of(new BigDecimal("1.50"), new BigDecimal("0E-4"), new BigDecimal("1E+3"))))
                .isEqualTo("1.50|0.0000|1000");
    }

    @Test
    void tellsFloatingPointNumbersWithoutExponent() {
        assertThat(RowText.of(List.of(1.0, 0.1f, 1e10, 1e-7, -0.0, 0.1 + 0.2)))
                .isEqualTo("1|0.1|10000000000|0.0000001|0|0.30000000000000004");
        assertThat(RowText.of(List.of(Double.NaN, Float.NEGATIVE_INFINITY))).isEqualTo("NaN|-Infinity");
    }

    @Test
    void endsTheFractionOfASecondWhereItIsZero() {
        assertThat(RowText.of(List.of(
                        LocalDateTime.parse("2026-01-02T03:04:00"),
                        LocalDateTime.parse("2026-01-02T03:04:05.120"),
                        LocalDateTime.parse("2026-01-02T03:04:05.000001"))))
                .isEqualTo("2026-01-02 03:04:00|2026-01-02 03:04:05.12|2026-01-02 03:04:05.000001");
    }

    @Test
    void tellsPointsInTimeInUtc() {
        assertThat(RowText.of(List.of(
                        Instant.parse("2026-01-02T03:04:05Z"),
                        OffsetDateTime.parse("2026-01-02T05:04:05+02:00"),
                        ZonedDateTime.parse("2026-01-02T04:04:05+01:00[Europe/Berlin]"))))
                .isEqualTo("2026-01-02 03:04:05|2026-01-02 03:04:05|2026-01-02 03:04:05");
    }

    @Test
    void refusesWhatEnginesHaveNoAgreedTextFor() {
        assertThatIllegalArgumentException().isThrownBy(() -> RowText.of(List.of(List.of(1))));
    }
}
