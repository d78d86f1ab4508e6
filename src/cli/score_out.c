#include "score_out.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "json_out.h"
#include "table.h"

enum {
    BAR_WIDTH = 20
};

const char *const lsc_format_names[] = {"ndjson", "csv", "table", NULL};

static const lsc_table_column COLUMNS[] = {
    {"LEAD", false},       {"SCORE", true},         {"", false},       {"GRADE", false},
    {"PROBABILITY", true}, {"90 % INTERVAL", true}, {"STATUS", false},
};

enum {
    N_COLUMNS = sizeof COLUMNS / sizeof COLUMNS[0]
};

struct lsc_score_out {
    FILE *out;
    lsc_format format;
    lsc_style style;
    lsc_table *table; /* of LSC_FORMAT_TABLE */
};

lsc_score_out *lsc_score_out_new(FILE *out, lsc_format format)
{
    lsc_score_out *to = lsc_need(sizeof *to);
    to->out = out;
    to->format = format;
    to->style = lsc_style_of(out);
    if (format == LSC_FORMAT_TABLE) {
        to->table = lsc_table_new(&to->style, COLUMNS, N_COLUMNS);
    }
    if (format == LSC_FORMAT_CSV) {
        fputs("lead_id,as_of,status,score,grade,probability,probability_low,probability_high,"
              "confidence\n",
              out);
    }
    return to;
}

static void write_ndjson(FILE *out, const lsc_score_row *row)
{
    const lsc_result *result = &row->result;
    const char grade[2] = {result->grade, '\0'};
    lsc_emitter json = {.out = out};
    lsc_emit_begin(&json, '{');
    lsc_emit_text_member(&json, "lead_id", row->lead_id);
    lsc_emit_time_member(&json, "as_of", row->as_of_ms);
    lsc_emit_text_member(&json, "status", lsc_outcome_status_name(result->status));
    lsc_emit_number_member(&json, "score", result->score < 0 ? (double)NAN : result->score);
    lsc_emit_text_member(&json, "grade", result->grade == 0 ? NULL : grade);
    lsc_emit_number_member(&json, "probability", result->probability);
    lsc_emit_number_member(&json, "probability_low", result->probability_low);
    lsc_emit_number_member(&json, "probability_high", result->probability_high);
    lsc_emit_number_member(&json, "confidence", result->confidence);
    lsc_emit_end(&json, '}');
    putc('\n', out);
}

static void put_csv_text(FILE *out, const char *text)
{
    if (text[strcspn(text, ",\"\r\n")] == '\0') {
        fputs(text, out);
        return;
    }
    putc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            putc('"', out);
        }
        putc(*text, out);
    }
    putc('"', out);
}

static void put_csv_number(FILE *out, double number)
{
    char text[LSC_DECIMAL_SIZE] = "";
    if (isfinite(number)) {
        lsc_decimal(number, text);
    }
    fprintf(out, ",%s", text);
}

static void write_csv(FILE *out, const lsc_score_row *row)
{
    const lsc_result *result = &row->result;
    const char grade[2] = {result->grade, '\0'};
    char time[LSC_TIME_TEXT_SIZE] = "";
    if (row->as_of_ms != LSC_TIME_NONE) {
        lsc_time_format(row->as_of_ms, time);
    }
    put_csv_text(out, row->lead_id);
    fprintf(out, ",%s,%s", time, lsc_outcome_status_name(result->status));
    put_csv_number(out, result->score < 0 ? (double)NAN : result->score);
    fprintf(out, ",%s", grade);
    put_csv_number(out, result->probability);
    put_csv_number(out, result->probability_low);
    put_csv_number(out, result->probability_high);
    put_csv_number(out, result->confidence);
    putc('\n', out);
}

static void add_to_table(lsc_score_out *to, const lsc_score_row *row)
{
    const lsc_result *result = &row->result;
    const char grade[2] = {result->grade, '\0'};
    char score[16] = "-", bar[LSC_BAR_SIZE] = "", probability[16] = "-", interval[32] = "-";
    if (result->score >= 0) {
        snprintf(score, sizeof score, "%d", result->score);
        lsc_bar_text(&to->style, result->score / 100.0, BAR_WIDTH, bar);
    }
    if (isfinite(result->probability)) {
        snprintf(probability, sizeof probability, "%.1f %%", 100 * result->probability);
    }
    if (isfinite(result->probability_low)) {
        snprintf(interval, sizeof interval, "%.1f to %.1f %%", 100 * result->probability_low,
                 100 * result->probability_high);
    }
    const char *cells[N_COLUMNS] = {row->lead_id,
                                    score,
                                    bar,
                                    grade[0] == '\0' ? "-" : grade,
                                    probability,
                                    interval,
                                    lsc_outcome_status_name(result->status)};
    lsc_table_row(to->table, cells);
}

void lsc_score_out_row(lsc_score_out *to, const lsc_score_row *row)
{
    switch (to->format) {
    case LSC_FORMAT_NDJSON:
        write_ndjson(to->out, row);
        break;
    case LSC_FORMAT_CSV:
        write_csv(to->out, row);
        break;
    case LSC_FORMAT_TABLE:
        add_to_table(to, row);
        break;
    }
}

void lsc_score_out_end(lsc_score_out *to)
{
    if (to->table != NULL) {
        lsc_table_end(to->table);
    }
    free(to);
}

typedef struct ranked {
    lsc_score_row row; /* its lead_id is lead_id below */
    char *lead_id;
} ranked;

struct lsc_ranking {
    ranked *best; /* the best first */
    size_t n_best;
    size_t most;
};

lsc_ranking *lsc_ranking_new(size_t n_best)
{
    lsc_ranking *ranking = lsc_need(sizeof *ranking);
    ranking->best = lsc_need(n_best * sizeof *ranking->best);
    ranking->most = n_best;
    return ranking;
}

/* By probability where there is one, else by score; the unscored last. */
static double rank_of(const lsc_result *result)
{
    return isfinite(result->probability) ? 100 * result->probability : result->score;
}

void lsc_ranking_add(lsc_ranking *ranking, const lsc_score_row *row)
{
    const double rank = rank_of(&row->result);
    size_t place = ranking->n_best;
    while (place > 0 && rank_of(&ranking->best[place - 1].row.result) < rank) {
        place--;
    }
    if (place == ranking->most) {
        return;
    }
    if (ranking->n_best == ranking->most) {
        ranking->n_best--;
        free(ranking->best[ranking->n_best].lead_id);
    }
    ranked *at = ranking->best + place;
    memmove(at + 1, at, (ranking->n_best - place) * sizeof *at);
    at->row = *row;
    at->lead_id = lsc_need_copy(row->lead_id);
    at->row.lead_id = at->lead_id;
    ranking->n_best++;
}

void lsc_ranking_end(lsc_ranking *ranking, lsc_score_out *to)
{
    for (size_t i = 0; i < ranking->n_best; i++) {
        lsc_score_out_row(to, &ranking->best[i].row);
        free(ranking->best[i].lead_id);
    }
    free(ranking->best);
    free(ranking);
}
