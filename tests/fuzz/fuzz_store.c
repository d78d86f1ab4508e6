#include "fuzz_store.h"

#include <string.h>

/*
 * A damaged store. The first byte says what is done with it, the others how the small store is changed
 * (fuzz_damaged_store()).
 */

/** Leads, and the like, that are looked at. */
#define FEW 3

/* Reading. */

static void read_lead(lsc_store *store, const char *id, bool score)
{
    lsc_error why = LSC_ERROR_INIT;
    lsc_lead *lead;
    const char *json;
    size_t length;
    const lsc_stored_score *scores;
    fuzz_ok(lsc_lead_new(NULL, &lead, error));
    if (fuzz_store_status(lsc_store_get_lead(store, FUZZ_ORGANIZATION, id, lead, &why), &why) &&
        score) {
        fuzz_use_lead(fuzz_starter(), lead, fuzz_time((const uint8_t *)id, strlen(id)), false);
    }
    if (fuzz_store_status(lsc_store_lead_json(store, FUZZ_ORGANIZATION, id, &json, &length, &why),
                          &why)) {
        fuzz_check(strlen(json) == length);
    }
    lsc_activity_query query = LSC_ACTIVITY_QUERY_INIT;
    const lsc_stored_activity *activities;
    query.limit = FEW;
    query.latest_first = score;
    if (fuzz_store_status(lsc_store_list_activities(store, FUZZ_ORGANIZATION, id, &query,
                                                    &activities, &length, &why),
                          &why)) {
        fuzz_check(length <= FEW && (length == 0 || activities[0].data[0] == '{'));
    }
    if (fuzz_store_status(lsc_store_list_history(store, FUZZ_ORGANIZATION, id, LSC_TIME_NONE, 0,
                                                 &scores, &length, &why),
                          &why)) {
        fuzz_check(length == 0 || scores[0].lead_id[0] != '\0');
    }
    lsc_lead_free(lead);
}

static void read_leads(lsc_store *store, bool score)
{
    lsc_error why = LSC_ERROR_INIT;
    lsc_lead_query query = LSC_LEAD_QUERY_INIT;
    const lsc_stored_lead *leads;
    size_t n = 0;
    query.limit = FEW;
    if (fuzz_store_status(lsc_store_list_leads(store, FUZZ_ORGANIZATION, &query, &leads, &n, &why),
                          &why)) {
        char ids[FEW][LSC_MAX_STORE_ID + 1]; /* the list is gone with the next call */
        for (size_t i = 0; i < n; i++) {
            snprintf(ids[i], sizeof ids[i], "%s", leads[i].id);
        }
        for (size_t i = 0; i < n; i++) {
            read_lead(store, ids[i], score);
        }
    }
    read_lead(store, "l1", score);
}

static void read_lists(lsc_store *store)
{
    lsc_error why = LSC_ERROR_INIT;
    const lsc_stored_organization *organizations;
    const lsc_stored_model *models;
    const lsc_stored_score *scores;
    lsc_store_counts counts = LSC_STORE_COUNTS_INIT;
    lsc_model *model = NULL;
    size_t n;
    fuzz_store_status(lsc_store_list_organizations(store, NULL, 0, &organizations, &n, &why), &why);
    fuzz_store_status(lsc_store_list_models(store, FUZZ_ORGANIZATION, &models, &n, &why), &why);
    fuzz_store_status(lsc_store_list_scores(store, FUZZ_ORGANIZATION, NULL, &scores, &n, &why),
                      &why);
    fuzz_store_status(lsc_store_count(store, FUZZ_ORGANIZATION, &counts, &why), &why);
    fuzz_store_status(lsc_store_load_model(store, FUZZ_ORGANIZATION, NULL, NULL, &model, &why),
                      &why);
    lsc_model_unref(model);
}

/* What is read is noted in the store. */
static void read_source(const char *path, lsc_store *store)
{
    lsc_error why = LSC_ERROR_INIT;
    lsc_store_options options = fuzz_store_options(true);
    lsc_source *source;
    if (fuzz_store_status(lsc_source_open_store(path, FUZZ_ORGANIZATION, &options, &source, &why),
                          &why)) {
        lsc_record record = {.lead = NULL};
        bool more = true;
        for (int i = 0; i < FEW && more; i++) {
            more = fuzz_store_status(lsc_source_next(source, &record, &more, &why), &why) && more;
        }
        fuzz_store_status(lsc_store_note_source(store, source, "model", 5, NULL, &why), &why);
        lsc_source_free(source);
    }
}

/* Writing. */

static void write_store(lsc_store *store)
{
    static const char lead[] =
        "{\"id\": \"l1\", \"email\": \"new@x.example\", \"activities\": [{\"id\": "
        "\"9\", \"type\": \"t\", \"time\": \"2025-12-09\"}]}";
    lsc_error why = LSC_ERROR_INIT;
    const lsc_outcome outcome = {0, true};
    fuzz_store_status(
        lsc_store_put_lead_json(store, FUZZ_ORGANIZATION, lead, sizeof lead - 1, &why), &why);
    fuzz_store_status(lsc_store_score_lead(store, FUZZ_ORGANIZATION, "l1", fuzz_starter(),
                                           INT64_C(1767312000000), NULL, &why),
                      &why);
    fuzz_store_status(lsc_store_add_outcome(store, FUZZ_ORGANIZATION, "l2", &outcome, &why), &why);
    fuzz_store_status(lsc_store_delete_lead(store, FUZZ_ORGANIZATION, "l0", &why), &why);
}

static void back_up(lsc_store *store)
{
    lsc_error why = LSC_ERROR_INIT;
    const char *backup = fuzz_path("a.backup");
    const char *back = fuzz_path("back.store");
    lsc_restore options = LSC_RESTORE_INIT;
    options.replace = true;
    if (fuzz_store_status(lsc_store_backup(store, backup, NULL, &why), &why)) {
        fuzz_store_status(lsc_store_restore(backup, back, &options, &why), &why);
    }
    fuzz_remove(backup);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    lsc_error why = LSC_ERROR_INIT;
    lsc_store *store = NULL;
    if (length == 0) {
        return 0;
    }
    const char *path = fuzz_path("damaged.store");
    const bool writes = (bytes[0] & 1) != 0;
    size_t size;
    const uint8_t *damaged = fuzz_damaged_store(bytes + 1, length - 1, &size);
    fuzz_remove(path);
    fuzz_write(path, damaged, size);
    lsc_store_options options = fuzz_store_options(!writes);
    if (fuzz_store_status(lsc_store_open(path, &options, &store, &why), &why)) {
        read_lists(store);
        read_leads(store, (bytes[0] & 2) != 0);
        if (writes) {
            write_store(store);
        }
        if ((bytes[0] & 12) == 12) {
            fuzz_store_status(lsc_store_check(store, &why), &why);
        }
        if ((bytes[0] & 48) == 48) {
            back_up(store);
        }
        if ((bytes[0] & 64) != 0) {
            read_source(path, store);
        }
        lsc_store_close(store);
    }
    return 0;
}
