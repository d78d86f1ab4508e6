/*
 * The interface of libleadscore for SWIG: flat.h and, of the public headers, what fits as it is. A language
 * adds its file of typemaps, java.i or ruby.i:
 *
 *   lsc_error *error                        left out; a call that fills it raises an exception
 *   lsc_status                              likewise
 *   const char *bytes, size_t length        bytes of the language: JSON, a bundle, a key
 *   const char *                            a text in UTF-8 without NUL, or nothing
 *   flat_bytes                              bytes of the language, copied, or nothing
 *   const float *columns, size_t n_columns  an array of numbers
 *   float *in_buffer, *out_buffer           memory of the language, in place
 */
%module leadscore

%{
#include "flat.h"
%}

%include <stdint.i>

/* What a call is given as bytes has several names. */
%define BYTES(name)
%apply (const char *bytes, size_t length) { (const char *name, size_t name##_length) }
%enddef

#if defined SWIGJAVA
%include "java.i"
#elif defined SWIGRUBY
%include "ruby.i"
#endif

BYTES(lead)
BYTES(activities)
BYTES(receipt)
%apply (const char *bytes, size_t length) { (const char *json, size_t length) }

/* Structs that are only read. What is not listed is not seen. */
%immutable;
%nodefaultctor;
%nodefaultdtor;

typedef struct lsc_model_info {
    const char *name;
    const char *version;
    const char *model_type;
    int engine;
    bool gate_passed;
    bool calibrated;
    size_t n_features;
    size_t n_columns;
    size_t n_trees;
    const char *sha256;
    const char *spec_sha256;
    const char *signed_by;
} lsc_model_info;

typedef struct lsc_result {
    int status;
    int score;
    char grade;
    double probability;
    double probability_low;
    double probability_high;
    double confidence;
    float margin;
    float raw_probability;
    double points;
} lsc_result;

typedef struct lsc_contribution {
    const char *feature;
    const char *group;
    double value;
} lsc_contribution;

typedef struct lsc_breakdown_part {
    const char *group;
    int points;
} lsc_breakdown_part;

typedef struct lsc_reason {
    const char *code;
    const char *feature;
    const char *text;
    double contribution;
    size_t n_activity_ids;
} lsc_reason;

typedef struct lsc_receipt {
    char model_sha256[65];
    char spec_sha256[65];
    char input_sha256[65];
    char result_sha256[65];
    int64_t as_of_ms;
    char library_version[16];
} lsc_receipt;

typedef struct lsc_explanation {
    lsc_result result;
    double base_value;
    size_t n_contributions;
    int baseline;
    size_t n_breakdown;
    size_t n_reasons;
    lsc_receipt receipt;
} lsc_explanation;

typedef struct lsc_store_counts {
    int64_t organizations;
    int64_t leads;
    int64_t activities;
    int64_t outcomes;
    int64_t models;
    int64_t scores;
    int64_t bytes;
} lsc_store_counts;

typedef struct lsc_stored_lead {
    const char *id;
    const char *uuid;
    const char *email;
    const char *status;
    const char *source;
    int64_t created_at_ms;
} lsc_stored_lead;

typedef struct lsc_stored_score {
    const char *lead_id;
    const char *model_name;
    const char *model_version;
    lsc_result result;
    int baseline;
    size_t n_breakdown;
    lsc_receipt receipt;
} lsc_stored_score;

%mutable;

%newobject flat_store_add_model;
%include "flat.h"

/* As they are in the public headers. */
const char *lsc_version(void);
const char *lsc_status_name(int status);
const char *lsc_outcome_status_name(int status);
void lsc_model_unref(lsc_model *model);
size_t lsc_model_n_members(const lsc_model *model);
const char *lsc_model_member_name(const lsc_model *model, size_t member);

void lsc_store_close(lsc_store *store);
lsc_status lsc_store_begin(lsc_store *store, lsc_error *error);
lsc_status lsc_store_commit(lsc_store *store, lsc_error *error);
void lsc_store_rollback(lsc_store *store);
lsc_status lsc_store_check(lsc_store *store, lsc_error *error);
lsc_status lsc_store_add_organization(lsc_store *store, const char *organization, const char *name,
                                      lsc_error *error);
lsc_status lsc_store_put_lead_json(lsc_store *store, const char *organization, const char *json,
                                   size_t length, lsc_error *error);
lsc_status lsc_store_delete_lead(lsc_store *store, const char *organization, const char *id,
                                 lsc_error *error);
lsc_status lsc_store_clear_outcomes(lsc_store *store, const char *organization, const char *lead_id,
                                    lsc_error *error);
lsc_status lsc_store_activate_model(lsc_store *store, const char *organization, const char *sha256,
                                    bool force, lsc_error *error);

/* What takes typemaps that Ruby's file has not. */
#if defined SWIGJAVA
%include "training.i"
%include "storing.i"
#endif
