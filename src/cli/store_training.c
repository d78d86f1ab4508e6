#include "store_training.h"

#include <stdlib.h>

#include <leadscore/store.h>

#include "command.h"
#include "key_file.h"
#include "store_open.h"

/* Leads that are noted in one transaction. */
enum {
    BATCH = 5000
};

struct lsc_noted {
    const char *organization;
    lsc_store *store; /* which writes */
    lsc_source *inner;
    char **ids; /* [n], of the leads that were read, in their order, each once */
    size_t n;
    size_t capacity;
    size_t position; /* of the reading under way: it may begin again */
};

/* Reading. */

static void keep_id(lsc_noted *noted, const char *id)
{
    if (noted->n == noted->capacity) {
        noted->capacity = 2 * noted->capacity + 1000;
        noted->ids = lsc_need_more(noted->ids, noted->capacity * sizeof *noted->ids);
    }
    noted->ids[noted->n++] = lsc_need_copy(id);
}

/* A store is read as it was when it was opened: each time the same leads in the same order. */
static lsc_status next(void *ctx, lsc_record *record, bool *more, lsc_error *error)
{
    lsc_noted *noted = ctx;
    const lsc_status status = lsc_source_next(noted->inner, record, more, error);
    if (status == LSC_OK && *more && noted->position++ == noted->n) {
        keep_id(noted, lsc_lead_id(record->lead));
    }
    return status;
}

static lsc_status start_again(void *ctx, lsc_error *error)
{
    lsc_noted *noted = ctx;
    noted->position = 0;
    return lsc_source_rewind(noted->inner, error);
}

/* Opening. */

static lsc_status make_source(lsc_noted *noted, lsc_source **source, lsc_error *error)
{
    lsc_source_calls calls = LSC_SOURCE_CALLS_INIT;
    calls.next = next;
    calls.rewind = start_again;
    calls.has_times = lsc_source_has_times(noted->inner);
    calls.repeats = lsc_source_repeats(noted->inner);
    return lsc_source_new(&calls, noted, NULL, source, error);
}

static lsc_status open_both(const lsc_store_access *access, lsc_noted *noted, lsc_error *error)
{
    lsc_store_key key;
    const lsc_store_key *given;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    lsc_status status = lsc_store_key_read(access->key_file, &key, &given, error);
    if (status == LSC_OK) {
        status = lsc_open_keyed_store(access, &options, given, &noted->store, error);
    }
    if (status == LSC_OK) {
        status = lsc_open_keyed_source(access, given, &noted->inner, error);
    }
    lsc_store_key_wipe(&key);
    return status;
}

lsc_status lsc_noted_open(const lsc_store_access *access, lsc_noted **noted, lsc_source **source,
                          lsc_error *error)
{
    *source = NULL;
    *noted = NULL;
    lsc_noted *made = lsc_need(sizeof *made);
    made->organization = access->organization;
    lsc_status status = open_both(access, made, error);
    if (status == LSC_OK) {
        status = make_source(made, source, error);
    }
    if (status != LSC_OK) {
        lsc_noted_free(made);
        return status;
    }
    *noted = made;
    return LSC_OK;
}

lsc_status lsc_noted_keep(lsc_noted *noted, const void *bundle, size_t length, lsc_error *error)
{
    lsc_model *model = NULL;
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    lsc_status status = lsc_model_load_bytes(bundle, length, NULL, &model, error);
    if (status == LSC_OK) {
        status = lsc_model_get_info(model, &info, error);
    }
    for (size_t i = 0; i < noted->n && status == LSC_OK; i += BATCH) {
        const size_t rest = noted->n - i;
        status = lsc_store_note_training(noted->store, noted->organization, info.sha256,
                                         (const char *const *)noted->ids + i,
                                         rest < BATCH ? rest : BATCH, error);
    }
    lsc_model_unref(model);
    return status;
}

void lsc_noted_free(lsc_noted *noted)
{
    if (noted == NULL) {
        return;
    }
    lsc_source_free(noted->inner);
    lsc_store_close(noted->store);
    for (size_t i = 0; i < noted->n; i++) {
        free(noted->ids[i]);
    }
    free(noted->ids);
    free(noted);
}
