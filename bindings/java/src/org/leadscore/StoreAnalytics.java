package org.leadscore;

import java.util.List;

/**
 * Counts over the scores and outcomes of an organization (docs/store.md): no lead is named. Of {@link Store}, whose
 * exceptions its calls throw.
 */
public sealed interface StoreAnalytics permits Store {
    /** The leads by their latest score, the best first; those that were never scored are left out. */
    default List<ScoreCount> countScores(String organization) {
        return Store.page(this, store -> Native.flat_store_count_scores(store, Store.organization(organization)),
                (page, row) -> ScoreCount.of(Native.flat_page_score_count(page, row)));
    }

    /**
     * Conversions by grade, point in time, "A" first: each lead by its latest score as of a time or before, and whether it
     * converted within the horizon after that time.
     *
     * @throws LeadscoreException also INVALID_ARG for a horizon that is not positive
     */
    default List<GradeConversion> countConversions(String organization, ConversionQuery query) {
        Inputs.present(query, "query");
        return Store.page(this, store -> Native.flat_store_count_conversions(store, Store.organization(organization),
                        Inputs.timeMs(query.asOf(), "asOf"), Inputs.durationMs(query.horizon(), "horizon"),
                        query.model(), query.repeats()),
                (page, row) -> GradeConversion.of(Native.flat_page_conversion(page, row)));
    }

    /**
     * How models did, by month, then in the order in which they were added. Each lead counts once a month and model, by its
     * first score as of that month.
     *
     * @throws LeadscoreException also LIMIT past 120 months; INVALID_ARG for a horizon that is not positive
     */
    default List<Performance> listPerformance(String organization, PerformanceQuery query) {
        Inputs.present(query, "query");
        return Store.page(this, store -> Native.flat_store_list_performance(store, Store.organization(organization),
                        Inputs.timeMs(query.from(), "from"), Inputs.timeMs(query.until(), "until"),
                        Inputs.durationMs(query.horizon(), "horizon"), Inputs.timeMs(query.known(), "known"),
                        query.repeats()),
                (page, row) -> Performance.of(Native.flat_page_performance(page, row)));
    }
}
