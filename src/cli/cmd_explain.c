#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <leadscore/leadscore.h>

#include "args.h"
#include "command.h"
#include "facts.h"
#include "input.h"
#include "model_args.h"
#include "output.h"
#include "table.h"

enum {
    KEY_AS_OF = LSC_FIRST_KEY,
    KEY_ID,
    KEY_JSON
};
enum {
    N_SHOWN = 10,
    BAR_WIDTH = 40,
    HALF_WIDTH = 20
};

typedef struct explain_args {
    lsc_input input;
    lsc_model_args loading;
    const char *model;
    const char *id;
    const char *output;
    int64_t as_of_ms;
    bool json;
} explain_args;

static const struct argp_option OPTIONS[] = {
    {NULL, 0, NULL, 0, "What to do:", 4},
    {"as-of", KEY_AS_OF, "TIME", 0,
     "Explain the score as of this time: 2026-04-01T00:00:00Z, 2026-04-01, or now; not "
     "needed with --csv",
     4},
    {"id", KEY_ID, "LEAD", 0, "The lead to explain (default: the first)", 4},
    {"json", KEY_JSON, NULL, 0, "As one JSON object, with all contributions and the receipt", 4},
    {"output", 'o', "FILE", 0, "Write there, whole or not at all", 4},
    {0},
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    explain_args *args = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &args->input;
        state->child_inputs[1] = &args->loading;
        break;
    case KEY_AS_OF:
        args->as_of_ms = lsc_arg_time(state, "--as-of", text);
        break;
    case KEY_ID:
        args->id = text;
        break;
    case KEY_JSON:
        args->json = true;
        break;
    case 'o':
        args->output = text;
        break;
    case ARGP_KEY_ARG:
        lsc_arg_once(state, text, &args->model);
        break;
    case ARGP_KEY_END:
        if (args->model == NULL) {
            argp_error(state, "a MODEL is needed");
        }
        lsc_input_need_as_of(&args->input, args->as_of_ms, state);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const char DOC[] =
    "Say why a lead has its score: where its points come from, which reasons speak for and "
    "against it, and a receipt to compute it again by."
    "\vEXAMPLES\n"
    "  leadscore explain model.lsm --leads leads.ndjson \\\n"
    "      --activities activities.ndjson --as-of 2026-04-01 \\\n"
    "      --id lead-000042\n"
    "  leadscore explain model.lsm --leads leads.ndjson \\\n"
    "      --activities activities.ndjson --as-of 2026-04-01 \\\n"
    "      --id lead-000042 --json > why.json\n"
    "  leadscore replay model.lsm --leads leads.ndjson \\\n"
    "      --activities activities.ndjson --receipt why.json\n"
    "  leadscore explain bank.lsm --csv rows.csv --id 17\n\n"
    "EXIT CODES\n"
    "  0 done\n"
    "  1 bad data or model, no such lead\n"
    "  2 wrong command line\n"
    "  3 the system refused";

static const struct argp_child CHILDREN[] = {
    {&lsc_input_argp, 0, NULL, 0}, {&lsc_model_argp, 0, NULL, 0}, {0}};
static const struct argp ARGP = {
    OPTIONS,
    parse_option,
    "MODEL --leads FILE [--activities FILE] --as-of TIME --id LEAD\nMODEL --csv FILE --id ROW",
    DOC,
    CHILDREN,
    NULL,
    NULL};

static void put_score(const lsc_style *style, const lsc_result *result)
{
    FILE *out = style->out;
    if (result->status != LSC_SCORED) {
        lsc_put_fact(style, "score", "none: %s",
                     result->status == LSC_SUPPRESSED ? "the lead does not consent to profiling"
                                                      : "too little is known of the lead");
        return;
    }
    fprintf(out, "  %-14s%s%d %c%s   ", "score", lsc_style_bold(style), result->score,
            result->grade, lsc_style_end(style));
    fputs(lsc_style_grade(style, result->grade), out);
    lsc_put_bar(style, result->score / 100.0, BAR_WIDTH);
    fprintf(out, "%s\n", lsc_style_end(style));
    if (isfinite(result->probability_low)) {
        lsc_put_fact(style, "probability", "%.1f %%, 90 %% interval %.1f to %.1f %%",
                     100 * result->probability, 100 * result->probability_low,
                     100 * result->probability_high);
    } else if (isfinite(result->probability)) {
        lsc_put_fact(style, "probability", "%.1f %%, as the model says; not calibrated",
                     100 * result->probability);
    } else {
        lsc_put_fact(style, "probability", "unknown: the model counts points, %.4g of 100",
                     result->points);
    }
}

static void put_part(const lsc_style *style, const char *name, int points)
{
    fputs("  ", style->out);
    lsc_put_padded(style->out, name, 14, false);
    fprintf(style->out, "%+4d  ", points);
    lsc_put_balance(style, points / 100.0, HALF_WIDTH);
    putc('\n', style->out);
}

static void put_breakdown(const lsc_style *style, const lsc_explanation *explanation)
{
    lsc_put_heading(style, "Where the points come from");
    put_part(style, "baseline", explanation->baseline);
    for (size_t i = 0; i < explanation->n_breakdown; i++) {
        put_part(style, explanation->breakdown[i].group, explanation->breakdown[i].points);
    }
    fprintf(style->out, "  %-14s%4d\n", "score", explanation->result.score);
}

static void put_reason(const lsc_style *style, const lsc_reason *reason)
{
    const bool up = reason->contribution > 0;
    fprintf(style->out, "  %s%c%s ", up ? lsc_style_good(style) : lsc_style_bad(style),
            up ? '+' : '-', lsc_style_end(style));
    lsc_put_wrapped(reason->text, 4, style->out);
    putc('\n', style->out);
    if (reason->n_activity_ids == 0) {
        return;
    }
    fprintf(style->out, "    %slatest activities:", lsc_style_dim(style));
    for (size_t i = 0; i < reason->n_activity_ids; i++) {
        fputs(i == 0 ? " " : ", ", style->out);
        lsc_put_text(reason->activity_ids[i], style->out);
    }
    fprintf(style->out, "%s\n", lsc_style_end(style));
}

static void put_reasons(const lsc_style *style, const lsc_explanation *explanation)
{
    lsc_put_heading(style, "Why");
    for (size_t i = 0; i < explanation->n_reasons; i++) {
        put_reason(style, &explanation->reasons[i]);
    }
}

static int by_size(const void *a, const void *b)
{
    const lsc_contribution *left = a, *right = b;
    const double l = fabs(left->value), r = fabs(right->value);
    return (l < r) - (l > r);
}

static void put_contributions(const lsc_style *style, const lsc_explanation *explanation,
                              bool in_points)
{
    static const lsc_table_column COLUMNS[] = {
        {"FEATURE", false}, {"GROUP", false}, {"CONTRIBUTION", true}};
    const size_t n = explanation->n_contributions;
    lsc_contribution *sorted = lsc_need((n + 1) * sizeof *sorted);
    char title[80];
    memcpy(sorted, explanation->contributions, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_size);
    snprintf(title, sizeof title, "Largest contributions, of %zu features, in %s", n,
             in_points ? "points" : "log-odds");
    lsc_put_heading(style, title);
    lsc_table *table = lsc_table_new(style, COLUMNS, 3);
    for (size_t i = 0; i < n && i < N_SHOWN && fabs(sorted[i].value) > 0; i++) {
        char value[32];
        snprintf(value, sizeof value, "%+.3f", sorted[i].value);
        const char *cells[] = {sorted[i].feature, sorted[i].group, value};
        lsc_table_row(table, cells);
    }
    lsc_table_end(table);
    free(sorted);
}

static void put_receipt(const lsc_style *style, const lsc_receipt *receipt)
{
    lsc_put_heading(style, "Receipt");
    lsc_put_fact(style, "model", "%s", receipt->model_sha256);
    lsc_put_fact(style, "input", "%s", receipt->input_sha256);
    lsc_put_fact(style, "result", "%s", receipt->result_sha256);
    lsc_put_fact(style, "library", "%s", receipt->library_version);
}

static void put_explanation(FILE *out, const lsc_loaded *loaded, const lsc_lead *lead,
                            int64_t as_of_ms, const lsc_explanation *explanation)
{
    const lsc_style style = lsc_style_of(out);
    char time[LSC_TIME_TEXT_SIZE];
    fputs(lsc_style_bold(&style), out);
    lsc_put_text(lsc_lead_id(lead), out);
    fprintf(out, "%s\n", lsc_style_end(&style));
    if (as_of_ms != LSC_TIME_NONE) {
        lsc_time_format(as_of_ms, time);
        lsc_put_fact(&style, "as of", "%s", time);
    }
    lsc_put_fact(&style, "model", "%s, version %s", loaded->info.name, loaded->info.version);
    put_score(&style, &explanation->result);
    if (explanation->result.status == LSC_SCORED) {
        put_breakdown(&style, explanation);
        put_reasons(&style, explanation);
        put_contributions(&style, explanation, loaded->info.engine == LSC_ENGINE_SCORECARD);
    }
    put_receipt(&style, &explanation->receipt);
}

static lsc_status write_json(FILE *out, lsc_scorer *scorer, const lsc_lead *lead,
                             const lsc_explanation *explanation, lsc_error *error)
{
    const char *json = NULL;
    size_t length = 0;
    const lsc_status status =
        lsc_explanation_json(scorer, explanation, lsc_lead_id(lead), 2, &json, &length, error);
    if (status == LSC_OK) {
        fprintf(out, "%s\n", json);
    }
    return status;
}

static lsc_status explain(const explain_args *args, lsc_loaded *loaded, lsc_source *source,
                          lsc_error *error)
{
    const bool has_time = args->as_of_ms != LSC_TIME_NONE;
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    lsc_record record;
    lsc_output output;
    lsc_status status = lsc_input_find(&args->input, source, args->id, &record, error);
    if (status == LSC_OK) {
        status = lsc_explain_lead(loaded->scorer, record.lead,
                                  has_time ? args->as_of_ms : LSC_TABLE_TIME, &explanation, error);
    }
    if (status == LSC_OK) {
        status = lsc_output_open(args->output, &output, error);
    }
    if (status == LSC_OK && args->json) {
        status = write_json(output.stream, loaded->scorer, record.lead, &explanation, error);
    } else if (status == LSC_OK) {
        put_explanation(output.stream, loaded, record.lead, args->as_of_ms, &explanation);
    }
    return status == LSC_OK ? lsc_output_commit(&output, error) : status;
}

static lsc_status run(const explain_args *args, lsc_error *error)
{
    lsc_loaded loaded;
    lsc_source *source = NULL;
    lsc_status status = lsc_load_for_use(args->model, &args->loading, &loaded, error);
    if (status == LSC_OK) {
        lsc_warn_of_gate(&loaded, args->model);
        status = lsc_input_open(&args->input, &source, error);
    }
    if (status == LSC_OK) {
        status = explain(args, &loaded, source, error);
    }
    lsc_source_free(source);
    lsc_loaded_free(&loaded);
    return status;
}

int lsc_cmd_explain(int argc, char **argv)
{
    explain_args args = {.as_of_ms = LSC_TIME_NONE};
    lsc_parse_args(&ARGP, argc, argv, &args);
    lsc_error error = LSC_ERROR_INIT;
    return lsc_finish(run(&args, &error), &error);
}
