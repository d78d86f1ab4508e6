/**
 * @file flat.h
 * What the interface for SWIG (leadscore.i) adds to the public headers: calls that give back what they
 * make, for languages that have no pointers to write to, and one struct that owns what scoring fills.
 *
 * A call that fails fills `error`, which the wrapper of each language turns into an exception, and
 * gives NULL or a number that says nothing. Objects are used as in C: a scorer and a store by one thread
 * at a time, a model by any number. What a language hands over is checked there or here, so that
 * nothing it gives can do more than fail.
 */
#ifndef LEADSCORE_FLAT_H
#define LEADSCORE_FLAT_H

#include <leadscore/leadscore.h>
#include <leadscore/store.h>

/** Bytes that belong to what was asked for them. `bytes` is NULL where there are none. */
typedef struct flat_bytes {
    const char *bytes;
    size_t length;
} flat_bytes;

/* How a model is loaded. */

typedef struct flat_load flat_load;

/** @param plan_bytes  as in lsc_load; 0: the default */
flat_load *flat_load_new(bool self_test, size_t plan_bytes, lsc_error *error);
/** Trust a public key, as PEM. */
void flat_load_trust(flat_load *load, const char *bytes, size_t length, lsc_error *error);
/** The options as C has them; NULL of NULL. */
const lsc_load *flat_load_options(const flat_load *load);
void flat_load_free(flat_load *load);

/* Models. `load` may be NULL. */

lsc_model *flat_model_file(const char *path, const flat_load *load, lsc_error *error);
lsc_model *flat_model_bytes(const char *bytes, size_t length, const flat_load *load,
                            lsc_error *error);
/** A new lsc_model_info, freed with flat_model_info_free(); its texts belong to the model. */
lsc_model_info *flat_model_info(const lsc_model *model, lsc_error *error);
void flat_model_info_free(lsc_model_info *info);
/** None also of NULL. */
flat_bytes flat_model_member(const lsc_model *model, const char *name);
flat_bytes flat_model_spec_json(const lsc_model *model);
const char *flat_model_column_name(const lsc_model *model, size_t column);

/** A time from text, as lsc_time_parse() has it. */
int64_t flat_time_parse(const char *bytes, size_t length, lsc_error *error);

/* A scorer with what its calls fill. */

typedef struct flat_scorer flat_scorer;

/** How many numbers flat_scorer_numbers() has. */
#define FLAT_NUMBERS 10

flat_scorer *flat_scorer_new(lsc_model *model, lsc_error *error);
void flat_scorer_free(flat_scorer *scorer);
/** What the last call that scored came to. It belongs to the scorer. */
const lsc_result *flat_scorer_result(const flat_scorer *scorer);
/**
 * The same as doubles: [FLAT_NUMBERS] of status, score, grade, probability, low, high, confidence, margin,
 * raw probability, points. It belongs to the scorer.
 */
const double *flat_scorer_numbers(const flat_scorer *scorer);

/** The probability of a vector; of a scorecard NaN. */
double flat_predict(flat_scorer *scorer, const float *columns, size_t n_columns, lsc_error *error);
void flat_score_vector(flat_scorer *scorer, const float *columns, size_t n_columns,
                       lsc_error *error);
/** Activities may be NULL. */
void flat_score_json(flat_scorer *scorer, const char *lead, size_t lead_length,
                     const char *activities, size_t activities_length, int64_t as_of_ms,
                     lsc_error *error);

/** What a batch gives. */
typedef enum flat_output {
    FLAT_PROBABILITY = 0,
    FLAT_MARGIN = 1,
    FLAT_CONTRIBUTIONS = 2 /**< n_columns + 1 numbers a row */
} flat_output;

/**
 * A batch of rows in the caller's memory: `n_rows` rows from `in_buffer[in_offset]` on, to `out_buffer`
 * from `out_offset` on. LSC_INVALID_ARG where one reaches into the other, or is not
 * aligned. The caller has seen to it that both hold so much.
 */
void flat_batch(flat_scorer *scorer, const float *in_buffer, size_t in_offset, size_t n_rows,
                size_t n_columns, flat_output output, float *out_buffer, size_t out_offset,
                lsc_error *error);

/** The vector of a lead, into [n_out], which must be as wide as the model. */
void flat_extract(flat_scorer *scorer, const char *lead, size_t lead_length, const char *activities,
                  size_t activities_length, int64_t as_of_ms, float *out, size_t n_out,
                  lsc_error *error);
void flat_replay(flat_scorer *scorer, const char *lead, size_t lead_length, const char *activities,
                 size_t activities_length, const char *receipt, size_t receipt_length,
                 lsc_error *error);

/* Explanations belong to the scorer, until its next call. */

const lsc_explanation *flat_explain_json(flat_scorer *scorer, const char *lead, size_t lead_length,
                                         const char *activities, size_t activities_length,
                                         int64_t as_of_ms, lsc_error *error);
const lsc_explanation *flat_explain_vector(flat_scorer *scorer, const float *columns,
                                           size_t n_columns, lsc_error *error);
/**
 * The explanation of the scorer's last call as JSON; LSC_INVALID_ARG where that explained nothing. `lead_id` may be
 * NULL.
 */
flat_bytes flat_explanation_json(flat_scorer *scorer, const char *lead_id, lsc_error *error);
/** An item of an explanation; NULL past the last. */
const lsc_contribution *flat_contribution(const lsc_explanation *explanation, size_t i);
const lsc_breakdown_part *flat_breakdown_part(const lsc_explanation *explanation, size_t i);
const lsc_reason *flat_reason(const lsc_explanation *explanation, size_t i);
const char *flat_reason_activity_id(const lsc_reason *reason, size_t i);

/* The store. Lists belong to it, until its next call. */

/** @param path  NULL: in memory */
lsc_store *flat_store_open(const char *path, bool create, bool read_only, int durability,
                           int busy_ms, bool make_leads, lsc_error *error);
/** A new lsc_store_counts, freed with flat_store_counts_free(). `organization` may be NULL. */
lsc_store_counts *flat_store_count(lsc_store *store, const char *organization, lsc_error *error);
void flat_store_counts_free(lsc_store_counts *counts);
flat_bytes flat_store_lead_json(lsc_store *store, const char *organization, const char *lead_id,
                                lsc_error *error);
/** How many of the activities are new. `lead_id` may be NULL: each names its lead. */
int64_t flat_store_add_activities(lsc_store *store, const char *organization, const char *lead_id,
                                  const char *bytes, size_t length, lsc_error *error);
void flat_store_add_outcome(lsc_store *store, const char *organization, const char *lead_id,
                            int64_t time_ms, bool converted, lsc_error *error);
/** The id of the model, freed with free(). */
char *flat_store_add_model(lsc_store *store, const char *organization, const char *bytes,
                           size_t length, const flat_load *load, lsc_error *error);
/** @param sha256  NULL: the active one */
lsc_model *flat_store_load_model(lsc_store *store, const char *organization, const char *sha256,
                                 const flat_load *load, lsc_error *error);
/** As flat_explain_json(), of a lead of the store, which keeps the score. */
const lsc_explanation *flat_store_score_lead(lsc_store *store, const char *organization,
                                             const char *lead_id, flat_scorer *scorer,
                                             int64_t as_of_ms, lsc_error *error);

/* Lists of a store: a page is freed with flat_page_free(), its rows belong to the store. */

typedef struct flat_page flat_page;

/** @param after, status, source  may be NULL; `limit` may be 0: see lsc_lead_query */
flat_page *flat_store_list_leads(lsc_store *store, const char *organization, const char *after,
                                 const char *status, const char *source, size_t limit,
                                 lsc_error *error);
/** @param after_id  may be NULL; see lsc_score_query for the numbers */
flat_page *flat_store_list_scores(lsc_store *store, const char *organization, const char *after_id,
                                  int after_score, int min_score, int max_score, size_t limit,
                                  lsc_error *error);
flat_page *flat_store_list_history(lsc_store *store, const char *organization, const char *lead_id,
                                   int64_t before_ms, size_t limit, lsc_error *error);
size_t flat_page_rows(const flat_page *page);
/** A row; NULL past the last, or of a page of another kind. */
const lsc_stored_lead *flat_page_lead(const flat_page *page, size_t row);
const lsc_stored_score *flat_page_score(const flat_page *page, size_t row);
/** A part of a score's breakdown; NULL past the last. */
const lsc_breakdown_part *flat_stored_part(const lsc_stored_score *score, size_t i);
void flat_page_free(flat_page *page);

#endif
