package org.leadscore;

import java.util.function.IntFunction;

/**
 * What each part adds to a score.
 *
 * @param time time went by
 * @param activities activities that the earlier score did not see
 * @param properties the lead was put with other properties
 * @param model another model scored
 * @param <T> of numbers
 */
public record ChangeParts<T extends Number>(T time, T activities, T properties, T model) {
    /** In the order of lsc_change_part. */
    static <T extends Number> ChangeParts<T> of(IntFunction<T> part) {
        return new ChangeParts<>(part.apply(0), part.apply(1), part.apply(2), part.apply(3));
    }
}
