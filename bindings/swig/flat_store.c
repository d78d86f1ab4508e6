#include "flat_support.h"

#include <stdlib.h>

struct flat_page {
    flat_kind kind;
    const void *rows;
    size_t n;
};

lsc_store_options flat_store_options(bool create, bool read_only, int durability, int busy_ms,
                                     bool make_leads)
{
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.create = create;
    options.read_only = read_only;
    options.durability = (lsc_durability)durability;
    options.busy_ms = busy_ms;
    options.make_leads = make_leads;
    return options;
}

lsc_store *flat_store_open(const char *path, bool create, bool read_only, int durability,
                           int busy_ms, bool make_leads, lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_store_options options =
        flat_store_options(create, read_only, durability, busy_ms, make_leads);
    lsc_store_open(path, &options, &store, error);
    return store;
}

lsc_store_counts *flat_store_count(lsc_store *store, const char *organization, lsc_error *error)
{
    lsc_store_counts *counts = flat_alloc(sizeof *counts, error);
    if (counts == NULL) {
        return NULL;
    }
    lsc_store_counts_init(counts, sizeof *counts);
    if (lsc_store_count(store, organization, counts, error) != LSC_OK) {
        free(counts);
        return NULL;
    }
    return counts;
}

void flat_store_counts_free(lsc_store_counts *counts)
{
    free(counts);
}

flat_bytes flat_store_lead_json(lsc_store *store, const char *organization, const char *lead_id,
                                lsc_error *error)
{
    flat_bytes json = {NULL, 0};
    lsc_store_lead_json(store, organization, lead_id, &json.bytes, &json.length, error);
    return json;
}

int64_t flat_store_add_activities(lsc_store *store, const char *organization, const char *lead_id,
                                  const char *bytes, size_t length, lsc_error *error)
{
    size_t n_added = 0;
    lsc_store_add_activities_json(store, organization, lead_id, bytes, length, &n_added, error);
    return (int64_t)n_added;
}

void flat_store_add_outcome(lsc_store *store, const char *organization, const char *lead_id,
                            int64_t time_ms, bool converted, lsc_error *error)
{
    const lsc_outcome outcome = {time_ms, converted};
    lsc_store_add_outcome(store, organization, lead_id, &outcome, error);
}

char *flat_store_add_model(lsc_store *store, const char *organization, const char *bytes,
                           size_t length, const flat_load *load, lsc_error *error)
{
    char *sha256 = flat_alloc(65, error);
    if (sha256 != NULL && lsc_store_add_model(store, organization, bytes, length,
                                              flat_load_options(load), sha256, error) != LSC_OK) {
        free(sha256);
        return NULL;
    }
    return sha256;
}

lsc_model *flat_store_load_model(lsc_store *store, const char *organization, const char *sha256,
                                 const flat_load *load, lsc_error *error)
{
    lsc_model *model = NULL;
    lsc_store_load_model(store, organization, sha256, flat_load_options(load), &model, error);
    return model;
}

const lsc_explanation *flat_store_score_lead(lsc_store *store, const char *organization,
                                             const char *lead_id, flat_scorer *scorer,
                                             int64_t as_of_ms, lsc_error *error)
{
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    lsc_status status = lsc_store_score_lead(
        store, organization, lead_id, flat_scorer_inner(scorer), as_of_ms, &explanation, error);
    return status == LSC_OK ? flat_scorer_keep_stored(scorer, &explanation, error) : NULL;
}

flat_page *flat_page_of(flat_kind kind, const void *rows, size_t n, lsc_status status,
                        lsc_error *error)
{
    flat_page *page = status == LSC_OK ? flat_alloc(sizeof *page, error) : NULL;
    if (page != NULL) {
        *page = (flat_page){kind, rows, n};
    }
    return page;
}

const void *flat_page_row(const flat_page *page, flat_kind kind, size_t row, size_t size)
{
    return page->kind == kind && row < page->n ? (const char *)page->rows + row * size : NULL;
}

flat_page *flat_store_list_leads(lsc_store *store, const char *organization, const char *after,
                                 const char *status, const char *source, size_t limit,
                                 lsc_error *error)
{
    lsc_lead_query query = LSC_LEAD_QUERY_INIT;
    const lsc_stored_lead *leads = NULL;
    size_t n = 0;
    query.after = after;
    query.status = status;
    query.source = source;
    query.limit = limit;
    lsc_status listed = lsc_store_list_leads(store, organization, &query, &leads, &n, error);
    return flat_page_of(FLAT_LEADS, leads, n, listed, error);
}

flat_page *flat_store_list_scores(lsc_store *store, const char *organization, const char *after_id,
                                  int after_score, int min_score, int max_score, size_t limit,
                                  lsc_error *error)
{
    lsc_score_query query = LSC_SCORE_QUERY_INIT;
    const lsc_stored_score *scores = NULL;
    size_t n = 0;
    query.after_id = after_id;
    query.after_score = after_score;
    query.min_score = min_score;
    query.max_score = max_score;
    query.limit = limit;
    lsc_status status = lsc_store_list_scores(store, organization, &query, &scores, &n, error);
    return flat_page_of(FLAT_SCORES, scores, n, status, error);
}

flat_page *flat_store_list_history(lsc_store *store, const char *organization, const char *lead_id,
                                   int64_t before_ms, size_t limit, lsc_error *error)
{
    const lsc_stored_score *scores = NULL;
    size_t n = 0;
    lsc_status status =
        lsc_store_list_history(store, organization, lead_id, before_ms, limit, &scores, &n, error);
    return flat_page_of(FLAT_SCORES, scores, n, status, error);
}

size_t flat_page_rows(const flat_page *page)
{
    return page->n;
}

const lsc_stored_lead *flat_page_lead(const flat_page *page, size_t row)
{
    return flat_page_row(page, FLAT_LEADS, row, sizeof(lsc_stored_lead));
}

const lsc_stored_score *flat_page_score(const flat_page *page, size_t row)
{
    return flat_page_row(page, FLAT_SCORES, row, sizeof(lsc_stored_score));
}

const lsc_breakdown_part *flat_stored_part(const lsc_stored_score *score, size_t i)
{
    return i < score->n_breakdown ? &score->breakdown[i] : NULL;
}

void flat_page_free(flat_page *page)
{
    free(page);
}
