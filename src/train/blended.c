#include "train/blended.h"

#include <math.h>
#include <string.h>

#include "core/fixed_math.h"
#include "core/number.h"
#include "score/calibration_table.h"
#include "train/venn_abers.h"

/** Parts that the leads are dealt to; each is predicted from the others. */
#define N_PARTS 4
/** Significant digits of a point. */
#define POINT_DIGITS 9

/** Shares of Venn-Abers that are tried. The last leaves Platt's line enough that leads of different
 *  margins never have the same probability. */
static const double shares[] = {0, 0.25, 0.5, 0.75, 63.0 / 64};
#define N_SHARES (sizeof shares / sizeof shares[0])

static double round_number(double number)
{
    char text[LSC_NUMBER_TEXT_SIZE];
    lsc_number_format_short(number, POINT_DIGITS, text);
    lsc_number_parse(text, strlen(text), &number);
    return number;
}

/** Mean margin of a block, and the log-odds of its mean probability. */
static void place_point(const lsc_sorted *sorted, const lsc_block *block, lsc_blended *blended)
{
    double margin = 0;
    double probability = 0;
    for (size_t i = block->first; i < block->first + block->n_ties; i++) {
        double share = sorted->ties[i].weight / block->weight;
        margin += share * sorted->ties[i].margin;
        probability += share * lsc_venn_abers_merge(sorted->p0[i], sorted->p1[i]);
    }
    margin = round_number(margin);
    size_t n = blended->n_points;
    if (n == 0 || margin > blended->points[n - 1]) {
        double height = round_number(lsc_logit(probability));
        blended->points[n] = margin;
        blended->heights[n] = n > 0 ? fmax(height, blended->heights[n - 1]) : height;
        blended->n_points++;
    }
}

static lsc_status fit_curve(lsc_sorted *sorted, size_t n_ties, lsc_blended *blended,
                            lsc_error *error)
{
    lsc_status status = lsc_venn_abers_pairs(sorted->ties, n_ties, sorted->allocator, sorted->p0,
                                             sorted->p1, error);
    if (status != LSC_OK) {
        return status;
    }
    double weight = 0;
    for (size_t i = 0; i < n_ties; i++) {
        weight += sorted->ties[i].weight;
    }
    size_t n_blocks = lsc_isotonic_fit(sorted->ties, n_ties, sorted->blocks);
    n_blocks = lsc_blocks_join(sorted->blocks, n_blocks,
                               fmax(LSC_ROWS_A_POINT, weight / (LSC_BLENDED_POINTS - 1)));
    blended->n_points = 0;
    for (size_t i = 0; i < n_blocks; i++) {
        place_point(sorted, &sorted->blocks[i], blended);
    }
    return LSC_OK;
}

/** Fit to some rows, which stand in order. @param start  of the search for Platt's line, or NULL */
static lsc_status fit_rows(lsc_sorted *sorted, const uint32_t *rows, size_t n_rows,
                           const lsc_platt *start, lsc_blended *blended, size_t *n_ties,
                           lsc_error *error)
{
    const lsc_calibrated *all = sorted->rows;
    for (size_t i = 0; i < n_rows; i++) {
        sorted->margins[i] = all->margins[rows[i]];
        sorted->weights[i] = all->weights[rows[i]];
        sorted->labels[i] = all->labels[rows[i]];
    }
    blended->platt = lsc_platt_fit(sorted->margins, sorted->labels, sorted->weights, n_rows, start);
    *n_ties = lsc_sorted_ties(sorted, rows, n_rows);
    return fit_curve(sorted, *n_ties, blended, error);
}

static size_t part_of(const lsc_calibrated *rows, size_t row)
{
    return (rows->groups != NULL ? rows->groups[row] : row) % N_PARTS;
}

/** Rows whose losses are computed side by side. */
#define BLOCK 64

/** Log-odds of the class that a row is not of, for each share, and the row's weight. */
typedef struct loss_block {
    double misses[BLOCK][N_SHARES];
    double weights[BLOCK];
    size_t n;
} loss_block;

/** Add the log losses of a block's rows, one after the other, and empty it. */
static void add_block(loss_block *block, double losses[N_SHARES])
{
    double logs[BLOCK][N_SHARES]; /* of 1 + e^-|miss| */
    for (size_t i = 0; i < block->n; i++) {
        for (size_t k = 0; k < N_SHARES; k++) {
            logs[i][k] = -fabs(block->misses[i][k]);
        }
    }
    lsc_exp_each(logs[0], block->n * N_SHARES);
    for (size_t i = 0; i < block->n; i++) {
        for (size_t k = 0; k < N_SHARES; k++) {
            logs[i][k] = 1 + logs[i][k];
        }
    }
    lsc_log_each(logs[0], block->n * N_SHARES);
    for (size_t i = 0; i < block->n; i++) {
        for (size_t k = 0; k < N_SHARES; k++) {
            losses[k] += block->weights[i] * (fmax(block->misses[i][k], 0) + logs[i][k]);
        }
    }
    block->n = 0;
}

static void put_row(const lsc_calibrated *rows, const lsc_blended *blended, size_t row,
                    loss_block *block)
{
    double line = lsc_platt_log_odds(blended->platt, rows->margins[row]);
    lsc_curve_place place = lsc_find_place(blended->points, blended->n_points, rows->margins[row]);
    double curve = lsc_curve_at(blended->heights, &place);
    for (size_t k = 0; k < N_SHARES; k++) {
        double odds = line + shares[k] * (curve - line);
        block->misses[block->n][k] = rows->labels[row] ? -odds : odds;
    }
    block->weights[block->n++] = rows->weights[row];
}

/** Add the log losses of a part's rows, for each share. */
static void add_losses(const lsc_sorted *sorted, const lsc_blended *blended, size_t part,
                       double losses[N_SHARES])
{
    loss_block block = {.n = 0};
    for (size_t i = 0; i < sorted->n_order; i++) {
        if (part_of(sorted->rows, sorted->order[i]) != part) {
            continue;
        }
        put_row(sorted->rows, blended, sorted->order[i], &block);
        if (block.n == BLOCK) {
            add_block(&block, losses);
        }
    }
    add_block(&block, losses);
}

/** The share whose probabilities have the least log loss on rows that were not fitted to. */
static lsc_status choose_share(lsc_sorted *sorted, const lsc_platt *start, double *share,
                               lsc_error *error)
{
    double losses[N_SHARES] = {0};
    size_t best = 0;
    for (size_t part = 0; part < N_PARTS; part++) {
        lsc_blended others;
        size_t n_rows = 0;
        size_t n_ties;
        for (size_t i = 0; i < sorted->n_order; i++) {
            if (part_of(sorted->rows, sorted->order[i]) != part) {
                sorted->part[n_rows++] = sorted->order[i];
            }
        }
        lsc_status status = fit_rows(sorted, sorted->part, n_rows, start, &others, &n_ties, error);
        if (status != LSC_OK) {
            return status;
        }
        add_losses(sorted, &others, part, losses);
    }
    for (size_t k = 1; k < N_SHARES; k++) {
        best = losses[k] < losses[best] ? k : best;
    }
    *share = shares[best];
    return LSC_OK;
}

lsc_status lsc_blended_fit(lsc_sorted *sorted, lsc_blended *blended, size_t *n_ties,
                           lsc_error *error)
{
    const lsc_calibrated *rows = sorted->rows;
    /* The line of all rows is not far from that of three quarters. */
    lsc_platt all = lsc_platt_fit(rows->margins, rows->labels, rows->weights, rows->n_rows, NULL);
    lsc_status status = choose_share(sorted, &all, &blended->share, error);
    if (status == LSC_OK) {
        status = fit_rows(sorted, sorted->order, sorted->n_order, &all, blended, n_ties, error);
    }
    return status;
}
