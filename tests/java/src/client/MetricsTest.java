package client;

import static client.Given.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.leadscore.Metrics;
import org.leadscore.Status;

class MetricsTest {
    @Test
    void probabilitiesThatTellThemApartHaveAnAucOfOne() {
        boolean[] labels = {false, true, true, false};
        String json = Metrics.of(labels, new double[] {0.125, 0.75, 0.5, 0.25}, 2);
        assertTrue(json.contains("\"roc_auc\":{\"value\":1,"), json);
        assertTrue(json.contains("\"n_rows\":4"), json);
        assertEquals(json, Metrics.of(labels, new double[] {0.125, 0.75, 0.5, 0.25}, 2));
    }

    @Test
    void whatIsNoneIsRefused() {
        double[] half = {0.5, 0.5};
        fails(Status.BAD_DATA, "", () -> Metrics.of(new boolean[2], half, 0));
        fails(Status.BAD_DATA, "", () -> Metrics.of(new boolean[0], new double[0], 0));
        fails(Status.INVALID_ARG, "as many labels", () -> Metrics.of(new boolean[3], half, 0));
        fails(Status.INVALID_ARG, "1.5", () -> Metrics.of(new boolean[] {true, false}, new double[] {1.5, 0}, 0));
        fails(Status.INVALID_ARG, "labels is null", () -> Metrics.of(null, half, 0));
        fails(Status.INVALID_ARG, "probabilities is null", () -> Metrics.of(new boolean[2], null, 0));
    }
}
