package client;

import org.leadscore.Model;

/** Loads models and forgets them: what looks for leaks must find them (run_junit.py --leaks). */
final class LosesModels {
    private LosesModels() {}

    public static void main(String[] arguments) {
        for (int i = 0; i < 20; i++) {
            Model.load(Given.STARTER).scorer();
        }
    }
}
