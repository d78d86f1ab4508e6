#include "store_args.h"

#include <stdio.h>

#include "command.h"
#include "json_out.h"
#include "output.h"

lsc_status lsc_store_erase(const lsc_store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    const char *const *models = NULL;
    size_t n = 0;
    lsc_status status = lsc_store_of_args(args, false, false, &store, error);
    if (status == LSC_OK) {
        status = lsc_store_purge(store, error); /* what an erasure before may have left */
    }
    if (status == LSC_OK) {
        status =
            lsc_store_erase_lead(store, args->store.organization, args->id, &models, &n, error);
    }
    for (size_t i = 0; i < n; i++) {
        printf("%s\n", models[i]);
    }
    lsc_store_close(store);
    return status;
}

static bool take_bytes(void *ctx, const char *bytes, size_t length)
{
    return fwrite(bytes, 1, length, ctx) == length;
}

static lsc_status write_person(const lsc_store_args *args, lsc_store *store, lsc_error *error)
{
    lsc_output output;
    lsc_status status = lsc_output_open(args->output, &output, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_store_export_lead(store, args->store.organization, args->id, take_bytes,
                                   output.stream, error);
    if (status == LSC_OK) {
        putc('\n', output.stream);
    }
    /* What stops it here is a stream that takes no more: committing says why. */
    return status == LSC_OK || status == LSC_CANCELLED ? lsc_output_commit(&output, error) : status;
}

lsc_status lsc_store_export(const lsc_store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_status status = lsc_store_of_args(args, false, false, &store, error);
    if (status == LSC_OK) {
        status = write_person(args, store, error);
    }
    lsc_store_close(store);
    return status;
}

/* Retention. */

static int64_t before(int64_t now_ms, int64_t keep_ms)
{
    return keep_ms == 0 ? LSC_TIME_NONE : now_ms - keep_ms;
}

lsc_status lsc_store_retain_some(const lsc_store_args *args, lsc_error *error)
{
    const int64_t now_ms = lsc_now_ms();
    lsc_store *store = NULL;
    lsc_retention wanted = LSC_RETENTION_INIT;
    lsc_retention_counts counts = LSC_RETENTION_COUNTS_INIT;
    wanted.activities_before_ms = before(now_ms, args->keep_ms[0]);
    wanted.scores_before_ms = before(now_ms, args->keep_ms[1]);
    wanted.leads_before_ms = before(now_ms, args->keep_ms[2]);
    wanted.activity_type = args->type;
    wanted.dry_run = args->dry_run;
    lsc_status status = lsc_store_of_args(args, false, args->dry_run, &store, error);
    if (status == LSC_OK) {
        status = lsc_store_retain(store, args->store.organization, &wanted, &counts, error);
    }
    if (status == LSC_OK) {
        lsc_emitter json = {.out = stdout};
        lsc_emit_begin(&json, '{');
        lsc_emit_integer_member(&json, "leads", (int64_t)counts.leads);
        lsc_emit_integer_member(&json, "activities", (int64_t)counts.activities);
        lsc_emit_integer_member(&json, "scores", (int64_t)counts.scores);
        lsc_emit_end(&json, '}');
        putchar('\n');
    }
    lsc_store_close(store);
    return status;
}

/* The audit trail. */

static void print_row(const lsc_audit_row *row)
{
    lsc_emitter json = {.out = stdout};
    lsc_emit_begin(&json, '{');
    lsc_emit_integer_member(&json, "number", row->number);
    lsc_emit_time_member(&json, "time", row->time_ms);
    lsc_emit_text_member(&json, "organization", row->organization);
    lsc_emit_text_member(&json, "actor", row->actor);
    lsc_emit_text_member(&json, "action", row->action);
    lsc_emit_text_member(&json, "subject", row->subject);
    lsc_emit_integer_member(&json, "amount", row->amount);
    lsc_emit_end(&json, '}');
    putchar('\n');
}

static lsc_status print_rows(lsc_store *store, const char *organization, lsc_audit_query *query,
                             lsc_error *error)
{
    const lsc_audit_row *rows;
    size_t n;
    lsc_status status;
    query->limit = LSC_MAX_PAGE;
    do {
        n = 0;
        status = lsc_store_list_audit(store, organization, query, &rows, &n, error);
        for (size_t i = 0; i < n; i++) {
            print_row(&rows[i]);
            query->after = rows[i].number;
        }
    } while (status == LSC_OK && n == query->limit);
    return status;
}

lsc_status lsc_store_audit(const lsc_store_args *args, lsc_error *error)
{
    lsc_store *store = NULL;
    lsc_audit_query query = args->audit;
    char uuid[37];
    lsc_status status = lsc_store_of_args(args, false, true, &store, error);
    if (status == LSC_OK && args->id != NULL) {
        status = lsc_store_lead_uuid(store, args->store.organization, args->id, uuid, error);
        query.subject = uuid;
    }
    if (status == LSC_OK) {
        status = print_rows(store, args->store.organization, &query, error);
    }
    lsc_store_close(store);
    return status;
}
