package org.leadscore;

/**
 * What made two scores of a lead differ (docs/store.md).
 *
 * @param fromScore the earlier
 * @param toScore the later
 * @param points of the score: they sum to toScore - fromScore
 * @param exactPoints before rounding
 * @param margins in log-odds; NaN where a model has none
 * @param fromActivities how many activities the earlier score saw
 * @param toActivities how many the later one saw
 */
public record ScoreChange(
        int fromScore,
        int toScore,
        ChangeParts<Integer> points,
        ChangeParts<Double> exactPoints,
        ChangeParts<Double> margins,
        long fromActivities,
        long toActivities) {
    static ScoreChange of(long change) {
        long[] counts = new long[4];
        Native.flat_change_counts(change, counts);
        return new ScoreChange((int) counts[0], (int) counts[1],
                ChangeParts.of(part -> Native.flat_change_points(change, part)),
                ChangeParts.of(part -> Native.flat_change_exact_points(change, part)),
                ChangeParts.of(part -> Native.flat_change_margin(change, part)), counts[2], counts[3]);
    }
}
