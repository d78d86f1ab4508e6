#include "train/row_walk.h"

#include "core/hash.h"
#include "score/scorer.h"

/** Leads between two calls of the caller's progress function. */
#define LEADS_A_REPORT 256

/** A walk under way: which lead of the plan is next, and which row. */
typedef struct walker {
    const lsc_plan *plan;
    const lsc_spec *spec;
    size_t lead;
    size_t row;
    lsc_hash *hash;
} walker;

static lsc_status fail_changed(const walker *at, lsc_error *error)
{
    return lsc_fail(error, LSC_BAD_DATA,
                    "lead %zu of the source is not the one it was when first read", at->lead + 1);
}

static lsc_status visit_lead(walker *at, lsc_lead *lead, lsc_row_visit visit, void *ctx,
                             lsc_error *error)
{
    const lsc_plan *plan = at->plan;
    if (at->lead >= plan->n_leads ||
        plan->leads[at->lead].key != lsc_lead_key(at->hash, lsc_lead_id(lead))) {
        return fail_changed(at, error);
    }
    for (; at->row < plan->n_rows && plan->rows[at->row].lead == at->lead; at->row++) {
        const lsc_row *row = &plan->rows[at->row];
        if (lsc_scoring_status(at->spec, lead, row->as_of_ms) != LSC_SCORED) {
            continue;
        }
        lsc_status status = visit(ctx, lead, row, error);
        if (status != LSC_OK) {
            return status;
        }
    }
    at->lead++;
    return LSC_OK;
}

static lsc_status walk(walker *at, lsc_source *source, const lsc_stage *stage, lsc_row_visit visit,
                       void *ctx, lsc_error *error)
{
    lsc_status status = lsc_source_rewind(source, error);
    while (status == LSC_OK) {
        lsc_record record;
        bool more;
        status = lsc_source_next(source, &record, &more, error);
        if (status == LSC_OK && !more) {
            return at->lead == at->plan->n_leads ? LSC_OK : fail_changed(at, error);
        }
        if (status == LSC_OK && at->lead % LEADS_A_REPORT == 0) {
            double share = (double)at->lead / (double)at->plan->n_leads;
            status = lsc_stage_report(stage, share, error);
        }
        if (status == LSC_OK) {
            status = visit_lead(at, record.lead, visit, ctx, error);
        }
    }
    return status;
}

lsc_status lsc_plan_walk(const lsc_plan *plan, lsc_source *source, const lsc_spec *spec,
                         const lsc_stage *stage, lsc_row_visit visit, void *ctx, lsc_error *error)
{
    walker at = {.plan = plan, .spec = spec};
    lsc_status status = lsc_hash_new(&at.hash, error);
    if (status != LSC_OK) {
        return status;
    }
    status = walk(&at, source, stage, visit, ctx, error);
    lsc_hash_free(at.hash);
    return status;
}
