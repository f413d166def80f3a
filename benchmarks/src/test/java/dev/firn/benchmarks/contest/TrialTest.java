package dev.firn.benchmarks.contest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A contest so small that it says nothing but that it still works. Each trial checks the rows that it finds. */
class TrialTest {

    @TempDir
    private Path folder;

    private Result trial(String contestant, String... more) throws Exception {
        List<String> settings = new ArrayList<>(
                List.of("contestant=" + contestant, "load=5000", "updates=15000", "batch=9999", "warmUp=0"));
        settings.addAll(List.of(more));
        return Trial.run(folder.resolve(contestant), Settings.parse(settings));
    }

    @Test
    void whatFirnHoldsIsWhatItWasToldAndItsFeedTellsIt() throws Exception {
        Result firn = trial("firn", "measure=feed,restart");
        Result reference = trial("reference");
        Result append = trial("iceberg-append");

        assertThat(firn.ingest().rows()).isEqualTo(20_000);
        assertThat(firn.ingest().checkpointMillis()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(Figures.scanCpu(firn)).isPositive();
        assertThat(firn.scan())
                .isNotNull()
                .extracting(Run::rows)
                .isEqualTo(reference.ingest().rows());
        assertThat(append.ingest().rows()).isEqualTo(20_000);
        assertThat(firn.written().dataBytes()).isGreaterThan(firn.footprint().liveBytes() / 2);
        assertThat(firn.written().deleteBytes()).isPositive();
        assertThat(firn.extras().localBytes()).isPositive();
        assertThat(Figures.feedRows(firn)).isGreaterThan(5000);
        assertThat(Figures.restartCpu(firn)).isPositive();
        assertThat(Figures.restartWithoutDiskCpu(firn)).isPositive();
        assertThat(append.footprint().deleteFiles()).isZero();
    }

    @Test
    void paimonHoldsWhatItWasTold() throws Exception {
        Result paimon = trial("paimon-dv");

        assertThat(paimon.written().dataBytes()).isPositive();
        assertThat(paimon.footprint().dataFiles()).isPositive();
    }

    @Test
    void flinkAloneKeepsNothing() throws Exception {
        Result discard = trial("discard-keyed");

        assertThat(discard.scan()).isNull();
        assertThat(discard.footprint()).isEqualTo(Footprint.NONE);
    }

    @Test
    void aResultIsTheSameAfterItWasWrittenAndRead() throws Exception {
        Result result = trial("discard");
        ObjectMapper json = new ObjectMapper();

        assertThat(json.readValue(json.writeValueAsString(result), Result.class))
                .isEqualTo(result);
    }
}
