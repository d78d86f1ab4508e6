package org.leadscore;

import java.util.OptionalDouble;

/**
 * How far a training is.
 *
 * @param stage what is being done, such as "training the folds"
 * @param fraction of the whole, 0 to 1; empty where that is unknown
 */
public record TrainingNews(String stage, OptionalDouble fraction) {
    /** Passes on what C tells; null of null. */
    static Watch watch(Progress<? super TrainingNews> progress) {
        return progress == null ? null : (stage, fraction, none, item) -> progress.told(new TrainingNews(
                Inputs.text(stage), fraction < 0 ? OptionalDouble.empty() : OptionalDouble.of(fraction)));
    }
}
