package org.leadscore;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A score that was kept.
 *
 * @param leadId whose
 * @param modelName of the model that gave it
 * @param modelVersion likewise
 * @param result the score
 * @param baseline baseline and all points of the breakdown add up to the score; empty for an unscored lead
 * @param breakdown points by group
 * @param receipt to replay it
 */
public record StoredScore(
        String leadId,
        String modelName,
        String modelVersion,
        Result result,
        OptionalInt baseline,
        Map<String, Integer> breakdown,
        Receipt receipt) {

    static StoredScore of(lsc_stored_score score) {
        Map<String, Integer> points = new LinkedHashMap<>();
        for (long i = 0; i < score.getN_breakdown(); i++) {
            lsc_breakdown_part part = Native.flat_stored_part(score, i);
            points.put(part.getGroup(), part.getPoints());
        }
        Result result = Result.of(score.getResult());
        return new StoredScore(
                score.getLead_id(),
                score.getModel_name(),
                score.getModel_version(),
                result,
                result.score().isPresent() ? OptionalInt.of(score.getBaseline()) : OptionalInt.empty(),
                Collections.unmodifiableMap(points),
                Receipt.of(score.getReceipt()));
    }
}
