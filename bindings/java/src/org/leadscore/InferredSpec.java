package org.leadscore;

import java.util.List;

/**
 * What a training computes where no spec is given.
 *
 * @param spec the spec, as JSON (docs/feature-spec.md)
 * @param notes what was left out of a table, and why
 */
public record InferredSpec(String spec, List<String> notes) {
    static InferredSpec of(long spec) {
        String notes = Native.flat_spec_notes(spec);
        return new InferredSpec(
                Inputs.text(Native.flat_spec_text(spec)), notes == null ? List.of() : notes.lines().toList());
    }
}
