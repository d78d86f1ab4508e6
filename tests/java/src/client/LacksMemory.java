package client;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.leadscore.Model;
import org.leadscore.Scorer;

/**
 * Has room for the first of a scorer's two buffers, not for the second (run_junit.py gives it so much): each
 * call is told so, and none goes on with the one.
 */
final class LacksMemory {
    private LacksMemory() {}

    public static void main(String[] arguments) {
        try (Model model = Model.load(Given.STARTER); Scorer scorer = model.scorer()) {
            float[] row = new float[model.info().nColumns()];
            for (int i = 0; i < 3; i++) {
                assertThrows(OutOfMemoryError.class, () -> scorer.contributions(row, 1));
            }
        }
    }
}
