package org.leadscore;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A score and why. Nothing of it is the scorer's: it may be kept.
 *
 * @param result the score
 * @param baseValue log-odds (or points) before any contribution; NaN for an unscored lead
 * @param contributions of every feature, in the order of the model; empty for an unscored lead
 * @param baseline baseline and all points of the breakdown add up to the score; empty for an unscored lead
 * @param breakdown points by group, which may be negative
 * @param reasons those up by size, then those down by size
 * @param receipt to replay it
 * @param json all of it as one JSON object (docs/result.md)
 */
public record Explanation(
        Result result,
        double baseValue,
        List<Contribution> contributions,
        OptionalInt baseline,
        Map<String, Integer> breakdown,
        List<Reason> reasons,
        Receipt receipt,
        String json) {

    /**
     * What a feature adds to the log-odds (or points).
     *
     * @param feature its name
     * @param group its group
     * @param value exact TreeSHAP
     */
    public record Contribution(String feature, String group, double value) {}

    /**
     * A reason, as a sentence.
     *
     * @param code stable: "feature.up" or "feature.down"
     * @param feature its name
     * @param text one sentence
     * @param contribution as in the contributions; its sign is the direction
     * @param activityIds the activities behind it, latest first
     */
    public record Reason(
            String code, String feature, String text, double contribution, List<String> activityIds) {}

    static Explanation of(lsc_explanation from, Result result, String json) {
        return new Explanation(
                result,
                from.getBase_value(),
                contributionsOf(from),
                result.score().isPresent() ? OptionalInt.of(from.getBaseline()) : OptionalInt.empty(),
                breakdownOf(from),
                reasonsOf(from),
                Receipt.of(from.getReceipt()),
                json);
    }

    private static List<Contribution> contributionsOf(lsc_explanation from) {
        List<Contribution> all = new ArrayList<>();
        for (long i = 0; i < from.getN_contributions(); i++) {
            lsc_contribution each = Native.flat_contribution(from, i);
            all.add(new Contribution(each.getFeature(), each.getGroup(), each.getValue()));
        }
        return Collections.unmodifiableList(all);
    }

    private static Map<String, Integer> breakdownOf(lsc_explanation from) {
        Map<String, Integer> points = new LinkedHashMap<>();
        for (long i = 0; i < from.getN_breakdown(); i++) {
            lsc_breakdown_part part = Native.flat_breakdown_part(from, i);
            points.put(part.getGroup(), part.getPoints());
        }
        return Collections.unmodifiableMap(points);
    }

    private static List<Reason> reasonsOf(lsc_explanation from) {
        List<Reason> all = new ArrayList<>();
        for (long i = 0; i < from.getN_reasons(); i++) {
            lsc_reason each = Native.flat_reason(from, i);
            List<String> ids = new ArrayList<>();
            for (long id = 0; id < each.getN_activity_ids(); id++) {
                ids.add(Native.flat_reason_activity_id(each, id));
            }
            all.add(new Reason(each.getCode(), each.getFeature(), each.getText(), each.getContribution(),
                    Collections.unmodifiableList(ids)));
        }
        return Collections.unmodifiableList(all);
    }
}
