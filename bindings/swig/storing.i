/*
 * The rest of the store, for a language with the typemaps that training.i takes, and one more:
 *
 *   int64_t *counts, size_t n_counts    an array of whole numbers, which is filled
 */
%{
#include "flat_bulk.h"
#include "flat_change.h"
#include "flat_lists.h"
#include "flat_people.h"
%}

%newobject flat_store_account_uuid;
%newobject flat_store_lead_uuid;
%newobject flat_store_audit_head;

/* Structs that are only read. What is not listed is not seen. */
%immutable;
%nodefaultctor;
%nodefaultdtor;

typedef struct lsc_stored_organization {
    const char *id;
    const char *uuid;
    const char *name;
} lsc_stored_organization;

typedef struct lsc_stored_model {
    const char *sha256;
    const char *uuid;
    const char *name;
    const char *version;
    const char *model_type;
    bool gate_passed;
    bool active;
} lsc_stored_model;

typedef struct lsc_consent {
    const char *purpose;
    bool given;
    int64_t time_ms;
    const char *source;
} lsc_consent;

typedef struct lsc_stored_account {
    const char *id;
    const char *uuid;
    const char *role;
    bool active;
    const char *details;
} lsc_stored_account;

typedef struct lsc_audit_row {
    int64_t number;
    int64_t time_ms;
    const char *organization;
    const char *actor;
    const char *action;
    const char *subject;
    int64_t amount;
} lsc_audit_row;

typedef struct lsc_stored_activity {
    const char *id;
    const char *source;
    const char *type;
    int64_t time_ms;
    int64_t recorded_time_ms;
    bool bot;
    const char *data;
} lsc_stored_activity;

typedef struct lsc_stale_lead {
    const char *id;
    int reason;
    int64_t due_ms;
} lsc_stale_lead;

typedef struct lsc_score_count {
    int status;
    int score;
    char grade;
    int64_t n_leads;
} lsc_score_count;

typedef struct lsc_grade_conversion {
    char grade;
    int64_t n_leads;
    int64_t n_converted;
} lsc_grade_conversion;

typedef struct lsc_probability_bin {
    int64_t n_leads;
    int64_t n_converted;
    double mean_probability;
} lsc_probability_bin;

typedef struct lsc_performance {
    char month[8];
    const char *model_sha256;
    const char *model_name;
    const char *model_version;
    int64_t n_leads;
    int64_t n_converted;
    double mean_probability;
    double brier;
    double log_loss;
    double auc;
} lsc_performance;

%mutable;

%include "flat_bulk.h"
%include "flat_change.h"
%include "flat_lists.h"
%include "flat_people.h"

/* As they are in the public headers. */
lsc_status lsc_store_purge(lsc_store *store, lsc_error *error);
lsc_status lsc_store_set_audited(lsc_store *store, bool audited, lsc_error *error);
lsc_status lsc_store_note_access(lsc_store *store, const char *organization, const char *lead_id, lsc_error *error);
lsc_status lsc_store_set_account_active(lsc_store *store, const char *organization, int type, const char *id,
                                        bool active, lsc_error *error);
lsc_status lsc_store_delete_account(lsc_store *store, const char *organization, int type, const char *id,
                                    lsc_error *error);
