#include "train/grading.h"

#include <math.h>

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

static void tabulate(const lsc_predictions *predictions, const lsc_grades *grades,
                     lsc_grade_row table[LSC_N_GRADES])
{
    double weights[LSC_N_GRADES] = {0};
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
        weights[grade] += weight_of(predictions, row);
        positive[grade] += predictions->labels[row] ? weight_of(predictions, row) : 0;
    }
    for (size_t i = 0; i < LSC_N_GRADES; i++) {
        table[i].share = weights[i] / total;
        table[i].rate = weights[i] > 0 ? positive[i] / weights[i] : (double)NAN;
    }
}

lsc_status lsc_grade_predictions(const lsc_predictions *predictions, const lsc_allocator *allocator,
                                 lsc_grades *grades, lsc_grade_row table[LSC_N_GRADES],
                                 lsc_error *error)
{
    lsc_ranking ranking;
    lsc_status status = lsc_ranking_init(&ranking, predictions, allocator, error);
    if (status != LSC_OK) {
        return status;
    }
    choose_thresholds(&ranking, grades);
    lsc_ranking_free(&ranking);
    tabulate(predictions, grades, table);
    return LSC_OK;
}
