package org.leadscore;

import java.time.Instant;
import java.util.List;

/**
 * Scores of many leads, and what changed between two of one. Of {@link Store}, whose exceptions its calls throw.
 */
public sealed interface StoreRescoring permits Store {
    /**
     * Score all leads of an organization and keep the scores, some hundreds in a transaction. On an exception the
     * transactions before are kept.
     *
     * @param threads that read and score, while this one writes; 0: this one does it all
     * @param progress told each score that was kept; null: nobody
     * @throws LeadscoreException also CANCELLED; LIMIT past 64 threads
     */
    default RescoringCounts scoreAll(
            String organization, Model model, Instant asOf, int threads, Progress<? super Rescored> progress) {
        return rescore(this, organization, model, false, asOf, threads, progress);
    }

    /** As {@link #scoreAll(String, Model, Instant, int, Progress)}, in this thread, telling nobody. */
    default RescoringCounts scoreAll(String organization, Model model, Instant asOf) {
        return scoreAll(organization, model, asOf, 0, null);
    }

    /** As {@link #scoreAll(String, Model, Instant, int, Progress)}, of the leads whose score can be another now. */
    default RescoringCounts scoreStale(
            String organization, Model model, Instant asOf, int threads, Progress<? super Rescored> progress) {
        return rescore(this, organization, model, true, asOf, threads, progress);
    }

    /** As {@link #scoreStale(String, Model, Instant, int, Progress)}, in this thread, telling nobody. */
    default RescoringCounts scoreStale(String organization, Model model, Instant asOf) {
        return scoreStale(organization, model, asOf, 0, null);
    }

    private static RescoringCounts rescore(StoreRescoring part, String organization, Model model, boolean staleOnly,
            Instant asOf, int threads, Progress<? super Rescored> progress) {
        long asOfMs = Inputs.timeMs(asOf, "asOf");
        Watch watch = progress == null ? null : (none, changed, second, score) -> progress.told(
                new Rescored(StoredScore.of(new lsc_stored_score(score, false)), changed != 0));
        return Model.lend(Inputs.present(model, "model"), held -> Store.watched(part, store -> {
            long[] counts = new long[2];
            Native.flat_store_rescore(store, Store.organization(organization), held, staleOnly, asOfMs,
                    Inputs.whole(threads, "threads"), watch, counts);
            return new RescoringCounts(counts[0], counts[1]);
        }));
    }

    /**
     * The first leads whose latest score can be another as of a time, scored by the active model.
     *
     * @param limit most rows; 0: 100
     */
    default List<StaleLead> listStale(String organization, Instant asOf, int limit) {
        return Store.page(this, store -> Native.flat_store_list_stale(store, Store.organization(organization),
                        Inputs.timeMs(asOf, "asOf"), Inputs.limit(limit)),
                (page, row) -> StaleLead.of(Native.flat_page_stale_lead(page, row)));
    }

    /**
     * Say what made two kept scores of a lead differ.
     *
     * @throws LeadscoreException also NOT_FOUND for a score that is not kept; INPUT_NOT_HELD where what one was made from
     *     is not there any more; MISMATCH where it gives another score now; INVALID_ARG for an unscored lead, or times
     *     in the wrong order
     */
    default ScoreChange explainChange(String organization, String leadId, ChangeQuery query) {
        Inputs.present(query, "query");
        return Store.call(this, store -> {
            long change = Native.flat_store_explain_change(store, Store.organization(organization), Store.id(leadId),
                    Inputs.timeMs(query.from(), "from"), Inputs.timeMs(query.to(), "to"), query.fromModel(),
                    query.toModel());
            try {
                return ScoreChange.of(change);
            } finally {
                Native.flat_change_free(change);
            }
        });
    }
}
