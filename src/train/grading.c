#include "train/grading.h"

#include <math.h>

#include "train/proportion.h"

static const char letters[LSC_N_GRADES] = {'A', 'B', 'C', 'D', 'F'};
/** Share of the rows that have at least the grades A, B, C, D. */
static const double shares[LSC_N_GRADES - 1] = {0.10, 0.25, 0.50, 0.75};

static double weight_of(const lsc_predictions *predictions, size_t row)
{
    return predictions->weights != NULL ? predictions->weights[row] : 1;
}

static double total_weight(const lsc_predictions *predictions)
{
    double sum = 0;
    for (size_t row = 0; row < predictions->n_rows; row++) {
        sum += weight_of(predictions, row);
    }
    return sum;
}

/** The probability of the row with which each share is reached, from the highest down. */
static void choose_thresholds(const lsc_ranking *ranking, lsc_grades *grades)
{
    const lsc_predictions *predictions = ranking->predictions;
    double total = total_weight(predictions);
    double above = 0;
    size_t grade = 0;
    for (size_t i = 0; i < predictions->n_rows; i++) {
        uint32_t row = ranking->order[i];
        above += weight_of(predictions, row);
        while (grade < LSC_N_GRADES - 1 &&
               (above >= shares[grade] * total || i + 1 == predictions->n_rows)) {
            grades->least[grade++] = predictions->probabilities[row];
        }
    }
}

static size_t grade_of(const lsc_grades *grades, double probability)
{
    size_t grade = 0;
    while (grade < LSC_N_GRADES - 1 && probability < grades->least[grade]) {
        grade++;
    }
    return grade;
}

/** The rows of a grade, which lie together in the ranking. */
static void put_interval(const lsc_ranking *ranking, const double *weights, size_t from,
                         double *sums, lsc_grade_row *row)
{
    row->low = row->high = (double)NAN;
    double count = lsc_effective_count(ranking->order + from, row->n_rows, weights,
                                       ranking->predictions->groups, sums);
    if (count > 0) {
        lsc_wilson_interval(row->rate, count, &row->low, &row->high);
    }
}

static void tabulate(const lsc_ranking *ranking, const lsc_grades *grades, const double *weights,
                     double *sums, lsc_grade_row table[LSC_N_GRADES])
{
    const lsc_predictions *predictions = ranking->predictions;
    double graded[LSC_N_GRADES] = {0};
    double positive[LSC_N_GRADES] = {0};
    double total = total_weight(predictions);
    for (size_t i = 0; i < LSC_N_GRADES; i++) {
        table[i] = (lsc_grade_row){.grade = letters[i],
                                   .least = i < LSC_N_GRADES - 1 ? grades->least[i] : 0};
    }
    for (size_t row = 0; row < predictions->n_rows; row++) {
        size_t grade = grade_of(grades, predictions->probabilities[row]);
        table[grade].n_rows++;
        table[grade].n_positive += predictions->labels[row];
        graded[grade] += weights[row];
        positive[grade] += predictions->labels[row] ? weights[row] : 0;
    }
    size_t from = 0;
    for (size_t i = 0; i < LSC_N_GRADES; i++) {
        table[i].share = graded[i] / total;
        table[i].rate = graded[i] > 0 ? fmin(positive[i] / graded[i], 1) : (double)NAN;
        put_interval(ranking, weights, from, sums, &table[i]);
        from += table[i].n_rows;
    }
}

static lsc_status tabulate_ranking(const lsc_ranking *ranking, const lsc_grades *grades,
                                   lsc_grade_row table[LSC_N_GRADES], lsc_error *error)
{
    const lsc_predictions *predictions = ranking->predictions;
    const lsc_allocator *allocator = ranking->allocator;
    size_t n_groups = predictions->groups != NULL ? predictions->n_groups : 0;
    double *weights = lsc_alloc_array(allocator, predictions->n_rows, sizeof *weights);
    double *sums = lsc_alloc_array(allocator, n_groups, sizeof *sums);
    lsc_status status = LSC_OK;
    if (weights == NULL || sums == NULL) {
        status = lsc_fail_memory(error);
        goto out;
    }
    for (size_t row = 0; row < predictions->n_rows; row++) {
        weights[row] = weight_of(predictions, row);
    }
    tabulate(ranking, grades, weights, sums, table);
out:
    lsc_release(allocator, weights);
    lsc_release(allocator, sums);
    return status;
}

lsc_status lsc_grade_tabulate(const lsc_predictions *predictions, const lsc_grades *grades,
                              const lsc_allocator *allocator, lsc_grade_row table[LSC_N_GRADES],
                              lsc_error *error)
{
    lsc_ranking ranking;
    lsc_status status = lsc_ranking_init(&ranking, predictions, allocator, error);
    if (status == LSC_OK) {
        status = tabulate_ranking(&ranking, grades, table, error);
        lsc_ranking_free(&ranking);
    }
    return status;
}

lsc_status lsc_grade_predictions(const lsc_predictions *predictions, const lsc_allocator *allocator,
                                 lsc_grades *grades, lsc_grade_row table[LSC_N_GRADES],
                                 lsc_error *error)
{
    lsc_ranking ranking;
    lsc_status status = lsc_ranking_init(&ranking, predictions, allocator, error);
    if (status == LSC_OK) {
        choose_thresholds(&ranking, grades);
        status = tabulate_ranking(&ranking, grades, table, error);
        lsc_ranking_free(&ranking);
    }
    return status;
}
