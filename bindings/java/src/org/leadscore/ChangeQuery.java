package org.leadscore;

import java.time.Instant;

/**
 * Which two scores of a lead are compared.
 *
 * @param from the as-of time of the earlier one
 * @param to of the later one
 * @param fromModel the id of the model of the earlier; null: of several the one that lists give first
 * @param toModel likewise
 */
public record ChangeQuery(Instant from, Instant to, String fromModel, String toModel) {
    public ChangeQuery {
        Inputs.timeMs(from, "from");
        Inputs.timeMs(to, "to");
    }

    /** Of whatever models scored then. */
    public ChangeQuery(Instant from, Instant to) {
        this(from, to, null, null);
    }
}
