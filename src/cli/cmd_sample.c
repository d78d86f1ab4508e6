#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "args.h"
#include "command.h"
#include "json_out.h"
#include "meter.h"
#include "output.h"
#include "sample_activity.h"

#define MOST_LEADS 1000000
#define ROW_EVERY_DAYS 30

typedef struct sample_args {
    uint64_t n_leads;
    uint64_t seed;
    const char *folder;
} sample_args;

static const struct argp_option OPTIONS[] = {
    {"leads", 'n', "N", 0, "How many leads, up to 1000000 (default: 1000)", 0},
    {"seed", 's', "S", 0, "Other numbers, other leads (default: 1)", 0},
    {"output", 'o', "DIR", 0, "The folder for the three files; made where it is not there", 0},
    {0},
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    sample_args *args = state->input;
    switch (key) {
    case 'n':
        args->n_leads = lsc_arg_count(state, "--leads", text, 1, MOST_LEADS);
        break;
    case 's':
        args->seed = lsc_arg_count(state, "--seed", text, 0, UINT64_MAX);
        break;
    case 'o':
        args->folder = text;
        break;
    case ARGP_KEY_ARG:
        argp_error(state, "'%s' is one argument too many", text);
        break;
    case ARGP_KEY_END:
        if (args->folder == NULL) {
            argp_error(state, "-o DIR is needed");
        }
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const char DOC[] =
    "Make leads, activities and outcomes to try things with: DIR/leads.ndjson, "
    "DIR/activities.ndjson and DIR/outcomes.ndjson, covering 2024-01-01 to 2026-03-31. The same "
    "seed gives the same bytes."
    "\vEXAMPLES\n"
    "  leadscore sample --leads 5000 --seed 7 -o sample\n"
    "  leadscore train --leads sample/leads.ndjson \\\n"
    "      --activities sample/activities.ndjson \\\n"
    "      --outcomes sample/outcomes.ndjson --horizon 90d -o model.lsm\n\n"
    "Whether a lead converts is decided by hidden fit and intent (docs/sample.md). The best ROC "
    "AUC that is printed is what knowing them would reach; no model can do better.\n\n"
    "EXIT CODES\n"
    "  0 written\n"
    "  2 wrong command line\n"
    "  3 no memory, or a file that cannot be written";

static const struct argp ARGP = {OPTIONS, parse_option, NULL, DOC, NULL, NULL, NULL};

/* The sample being made. */
typedef struct sample {
    uint64_t seed;
    lsc_oracle *oracle;
    lsc_oracle_row *rows;
    size_t n_rows;
    size_t rows_capacity;
    lsc_sample_log log;
    size_t n_converted;
    size_t n_lost;
    lsc_output leads;
    lsc_output activities;
    lsc_output outcomes;
} sample;

/* Arrivals grow to twice their number over the sample's time. */
static int64_t draw_arrival(lsc_dice *dice)
{
    double at;
    do {
        at = lsc_dice_uniform(dice);
    } while (lsc_dice_uniform(dice) > (1 + at) / 2);
    return LSC_SAMPLE_START_MS +
           1000 * (int64_t)(at * LSC_SAMPLE_LAST_ARRIVAL_DAY * (double)(LSC_DAY_MS / 1000));
}

static int by_time(const void *a, const void *b)
{
    const int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static int64_t *draw_arrivals(uint64_t seed, size_t n_leads)
{
    int64_t *arrivals = lsc_need(n_leads * sizeof *arrivals);
    lsc_dice dice = lsc_dice_start(seed, 0);
    for (size_t i = 0; i < n_leads; i++) {
        arrivals[i] = draw_arrival(&dice);
    }
    qsort(arrivals, n_leads, sizeof *arrivals, by_time);
    return arrivals;
}

static void add_row(sample *made, double probability)
{
    if (made->n_rows == made->rows_capacity) {
        made->rows_capacity = made->rows_capacity == 0 ? 4096 : 2 * made->rows_capacity;
        made->rows = lsc_need_more(made->rows, made->rows_capacity * sizeof *made->rows);
    }
    made->rows[made->n_rows++] = (lsc_oracle_row){.probability = probability};
}

/* Rows of this lead whose horizon the conversion falls in are positive. */
static void label_rows(sample *made, size_t first_row, const int *days, int conversion_day)
{
    for (size_t i = first_row; i < made->n_rows; i++) {
        made->rows[i].converted = conversion_day - days[i - first_row] < LSC_SAMPLE_HORIZON_DAYS;
    }
}

/* At the end of the day, after its activities. */
static void write_outcome(sample *made, const lsc_sample_lead *lead, lsc_sample_status status,
                          int day)
{
    char id[LSC_SAMPLE_ID_SIZE];
    lsc_emitter json = {.out = made->outcomes.stream};
    if (status == LSC_SAMPLE_OPEN) {
        return;
    }
    lsc_sample_lead_id(lead->number, id);
    lsc_emit_begin(&json, '{');
    lsc_emit_text_member(&json, "lead_id", id);
    lsc_emit_time_member(&json, "time", LSC_SAMPLE_START_MS + (day + 1) * LSC_DAY_MS - 1000);
    lsc_emit_text_member(&json, "label", status == LSC_SAMPLE_CONVERTED ? "converted" : "lost");
    lsc_emit_end(&json, '}');
    putc('\n', made->outcomes.stream);
}

static lsc_sample_status decide(const lsc_latent *latent, lsc_dice *dice)
{
    const double chance = lsc_dice_uniform(dice);
    const double converts = lsc_latent_conversion(latent);
    if (chance < converts) {
        return LSC_SAMPLE_CONVERTED;
    }
    return chance < converts + lsc_latent_loss(latent) ? LSC_SAMPLE_LOST : LSC_SAMPLE_OPEN;
}

/* Whether the day begins with a row to judge the oracle by. */
static bool is_row_day(int day, int arrival_day)
{
    return day % ROW_EVERY_DAYS == 0 && day > arrival_day &&
           day + LSC_SAMPLE_HORIZON_DAYS <= LSC_SAMPLE_DAYS;
}

/* From arrival to conversion or the sample's end; one that is given up stays and does little. */
static lsc_sample_status live(sample *made, lsc_sample_lead *lead, lsc_dice *dice)
{
    const int arrival_day = (int)((lead->created_ms - LSC_SAMPLE_START_MS) / LSC_DAY_MS);
    const size_t first_row = made->n_rows;
    int row_days[LSC_SAMPLE_DAYS / ROW_EVERY_DAYS + 1] = {0};
    lsc_sample_habits habits = lsc_sample_habits_start(arrival_day, dice);
    lsc_sample_status status = LSC_SAMPLE_OPEN;
    int day = arrival_day;
    for (; day < LSC_SAMPLE_DAYS && status != LSC_SAMPLE_CONVERTED; day++) {
        if (is_row_day(day, arrival_day)) {
            row_days[made->n_rows - first_row] = day;
            add_row(made, habits.lost ? 0 : lsc_oracle_probability(made->oracle, &lead->latent));
        }
        lsc_sample_live_a_day(lead, &habits, day, dice, &made->log);
        if (!habits.lost) {
            status = decide(&lead->latent, dice);
            write_outcome(made, lead, status, day);
            habits.lost = status == LSC_SAMPLE_LOST;
        }
        lsc_latent_next_day(&lead->latent, dice);
    }
    label_rows(made, first_row, row_days, status == LSC_SAMPLE_CONVERTED ? day - 1 : INT_MAX);
    return status;
}

static lsc_status make(sample *made, size_t n_leads, lsc_error *error)
{
    lsc_meter meter = lsc_meter_start();
    int64_t *arrivals = draw_arrivals(made->seed, n_leads);
    for (size_t i = 0; i < n_leads && !made->log.out_of_memory; i++) {
        lsc_meter_count(&meter, "leads", i);
        lsc_dice dice = lsc_dice_start(made->seed, i + 1);
        lsc_sample_lead lead = lsc_sample_lead_draw((uint32_t)i, arrivals[i], &dice);
        const lsc_sample_status status = live(made, &lead, &dice);
        made->n_converted += status == LSC_SAMPLE_CONVERTED;
        made->n_lost += status == LSC_SAMPLE_LOST;
        lsc_sample_lead_write(&lead, status, made->leads.stream);
    }
    free(arrivals);
    lsc_meter_end(&meter);
    if (made->log.out_of_memory) {
        return lsc_fail_with(error, LSC_NO_MEMORY, "out of memory");
    }
    lsc_sample_log_write(&made->log, made->activities.stream);
    return LSC_OK;
}

static void print_summary(sample *made, const sample_args *args)
{
    size_t n_positive = 0;
    for (size_t i = 0; i < made->n_rows; i++) {
        n_positive += made->rows[i].converted;
    }
    printf("%s/leads.ndjson        %7" PRIu64 " leads, 2024-01-01 to 2026-03-31, seed %" PRIu64
           "\n",
           args->folder, args->n_leads, args->seed);
    printf("%s/activities.ndjson   %7zu activities: %zu recorded late, %zu by bots, %zu twice\n",
           args->folder, made->log.n_events, made->log.n_late, made->log.n_by_bots,
           made->log.n_duplicates);
    printf("%s/outcomes.ndjson     %7zu converted, %zu lost\n", args->folder, made->n_converted,
           made->n_lost);
    if (made->n_rows > 0) {
        printf("Of a lead on a day, %.1f %% convert within %d days.\n",
               100.0 * (double)n_positive / (double)made->n_rows, LSC_SAMPLE_HORIZON_DAYS);
        printf("best reachable ROC AUC: %.3f\n", lsc_oracle_auc(made->rows, made->n_rows));
    }
}

static lsc_status open_file(const char *folder, const char *name, lsc_output *output, char **path,
                            lsc_error *error)
{
    const size_t size = strlen(folder) + strlen(name) + 2;
    *path = lsc_need(size);
    snprintf(*path, size, "%s/%s", folder, name);
    return lsc_output_open(*path, output, error);
}

static lsc_status write_sample(sample *made, const sample_args *args, lsc_error *error)
{
    const struct {
        const char *name;
        lsc_output *output;
    } files[] = {{"leads.ndjson", &made->leads},
                 {"activities.ndjson", &made->activities},
                 {"outcomes.ndjson", &made->outcomes}};
    char *paths[3] = {NULL};
    lsc_status status = LSC_OK;
    for (int i = 0; i < 3 && status == LSC_OK; i++) {
        status = open_file(args->folder, files[i].name, files[i].output, &paths[i], error);
    }
    if (status == LSC_OK) {
        status = make(made, args->n_leads, error);
    }
    for (int i = 0; i < 3 && status == LSC_OK; i++) {
        status = lsc_output_commit(files[i].output, error);
    }
    for (int i = 0; i < 3; i++) {
        free(paths[i]);
    }
    return status;
}

static lsc_status run(const sample_args *args, lsc_error *error)
{
    if (mkdir(args->folder, 0777) != 0 && errno != EEXIST) {
        return lsc_fail_with(error, LSC_IO, "%s: cannot create: %s", args->folder, strerror(errno));
    }
    sample made = {.seed = args->seed, .oracle = lsc_oracle_new()};
    if (made.oracle == NULL) {
        return lsc_fail_with(error, LSC_NO_MEMORY, "out of memory");
    }
    lsc_status status = write_sample(&made, args, error);
    if (status == LSC_OK) {
        print_summary(&made, args);
        status = lsc_output_flush(error);
    }
    free(made.log.events);
    free(made.rows);
    lsc_oracle_free(made.oracle);
    return status;
}

int lsc_cmd_sample(int argc, char **argv)
{
    sample_args args = {.n_leads = 1000, .seed = 1};
    lsc_parse_args(&ARGP, argc, argv, &args);
    lsc_error error = LSC_ERROR_INIT;
    return lsc_finish(run(&args, &error), &error);
}
