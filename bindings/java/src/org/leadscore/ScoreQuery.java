package org.leadscore;

/**
 * Which scores are listed.
 *
 * @param after begin after the score of this lead: the last one of the page before; null: at the best
 * @param afterScore its score; -1 for an unscored lead
 * @param minScore 0: also the scores of 0, but no unscored lead; -1: these too
 * @param maxScore 0: 100
 * @param limit most rows; 0: 100. A shorter page is the last
 */
public record ScoreQuery(String after, int afterScore, int minScore, int maxScore, int limit) {
    /** The best, without unscored leads. */
    public static final ScoreQuery BEST = new ScoreQuery(null, 0, 0, 0, 0);

    /** The next page. */
    public ScoreQuery after(StoredScore last) {
        return new ScoreQuery(Inputs.present(last, "last").leadId(), last.result().score().orElse(-1), minScore, maxScore, limit);
    }
}
