#include "train/dependence.h"

#include <math.h>
#include <string.h>

#include <leadscore/explain.h>

#include "core/sort.h"
#include "features/spec_data.h"
#include "train/bins.h"
#include "train/proportion.h"

/** Rows that are explained at a time. */
#define BLOCK_ROWS ((size_t)256)

/** Bins of a feature: those of its values and missing, or levels and the rest. */
enum {
    MOST_BINS = LSC_DEPENDENCE_LEVELS + 2
};

/** What was seen in a bin. */
typedef struct tally {
    size_t n_rows; /**< explained */
    double weight;
    double contribution; /**< weighted sums */
    size_t n_measured;   /**< rows, and leads behind them */
    size_t n_leads;
    uint32_t last_group;
    double measured_weight;
    double predicted;
    double converted;
} tally;

/** A feature, and where its columns are. */
typedef struct subject {
    size_t feature;
    size_t first_column;
    size_t n_columns;
    double importance;                    /**< weighted mean of the contribution's size */
    lsc_bins bins;                        /**< of a feature of one column */
    size_t levels[LSC_DEPENDENCE_LEVELS]; /**< of one of several: its columns, the commonest */
    size_t n_levels;
    tally tallies[MOST_BINS];
} subject;

typedef struct dependence {
    const lsc_allocator *allocator;
    const lsc_findings *findings;
    subject *subjects; /**< [n_features], in the order of the spec */
    size_t n_subjects;
    uint32_t *order;   /**< [n_subjects], the most important first */
    double *predicted; /**< [n_rows] of the measured rows; NaN elsewhere */
    size_t step;       /**< every how many rows one is explained */
    size_t n_explained;
    float *contributions; /**< [n_explained][n_columns + 1] */
    double total_weight;
} dependence;

static float value_at(const dependence *all, size_t row, size_t column)
{
    const lsc_rows *rows = all->findings->rows;
    return rows->columns[row * rows->n_columns + column];
}

static void lay_out(dependence *all)
{
    const uint32_t *owners = lsc_spec_column_features(all->findings->spec);
    for (size_t column = 0; column < all->findings->rows->n_columns; column++) {
        subject *owner = &all->subjects[owners[column]];
        if (owner->n_columns++ == 0) {
            owner->feature = owners[column];
            owner->first_column = column;
        }
    }
}

static void gather_predictions(dependence *all)
{
    const lsc_evaluation *evaluation = all->findings->evaluation;
    for (size_t row = 0; row < all->findings->rows->n_rows; row++) {
        all->predicted[row] = (double)NAN;
    }
    for (size_t i = 0; i < evaluation->n_rows; i++) {
        all->predicted[evaluation->rows[i]] = evaluation->probabilities[i];
    }
}

/** Contributions of some explained rows: from `first`, `n` of them. @param block  room for n rows */
static lsc_status explain_block(const dependence *all, lsc_scorer *scorer, size_t first, size_t n,
                                float *block, lsc_error *error)
{
    const lsc_rows *rows = all->findings->rows;
    size_t n_columns = rows->n_columns;
    for (size_t i = 0; i < n; i++) {
        memcpy(block + i * n_columns, rows->columns + (first + i) * all->step * n_columns,
               n_columns * sizeof *block);
    }
    return lsc_contributions_batch(scorer, block, n, n_columns,
                                   all->contributions + first * (n_columns + 1), error);
}

/** Contributions of every step-th row. */
static lsc_status explain(dependence *all, lsc_model *model, lsc_error *error)
{
    const lsc_rows *rows = all->findings->rows;
    float *block = lsc_alloc_array(all->allocator, BLOCK_ROWS, rows->n_columns * sizeof *block);
    lsc_scorer *scorer = NULL;
    lsc_status status = block != NULL ? lsc_scorer_new(model, all->allocator, &scorer, error)
                                      : lsc_fail_memory(error);
    for (size_t first = 0; first < all->n_explained && status == LSC_OK; first += BLOCK_ROWS) {
        size_t left = all->n_explained - first;
        status =
            explain_block(all, scorer, first, left < BLOCK_ROWS ? left : BLOCK_ROWS, block, error);
    }
    for (size_t i = 0; i < all->n_explained; i++) {
        all->total_weight += (double)rows->weights[i * all->step];
    }
    lsc_scorer_free(scorer);
    lsc_release(all->allocator, block);
    return status;
}

/** The contribution of a feature to an explained row: the sum of its columns'. */
static double contribution_of(const dependence *all, const subject *of, size_t explained)
{
    const float *row =
        all->contributions + explained * (all->findings->rows->n_columns + 1) + of->first_column;
    double sum = 0;
    for (size_t i = 0; i < of->n_columns; i++) {
        sum += (double)row[i];
    }
    return sum;
}

static void weigh(const dependence *all, subject *of)
{
    double sum = 0;
    for (size_t i = 0; i < all->n_explained; i++) {
        sum +=
            fabs(contribution_of(all, of, i)) * (double)all->findings->rows->weights[i * all->step];
    }
    of->importance = sum / all->total_weight;
}

static int compare_importance(const void *a, const void *b, void *ctx)
{
    const subject *subjects = ctx;
    const subject *left = &subjects[*(const uint32_t *)a];
    const subject *right = &subjects[*(const uint32_t *)b];
    if (left->importance != right->importance) {
        return left->importance > right->importance ? -1 : 1;
    }
    return left->feature < right->feature ? -1 : left->feature > right->feature;
}

/** Bins of a number. @param rising  room for a number an explained row */
static void place_numbers(const dependence *all, subject *of, double *rising)
{
    size_t count = 0;
    for (size_t i = 0; i < all->n_explained; i++) {
        float value = value_at(all, i * all->step, of->first_column);
        if (!isnan(value)) {
            rising[count++] = (double)value;
        }
    }
    lsc_sort_doubles(rising, count);
    lsc_bins_place(&of->bins, rising, count);
}

/** The commonest levels of a category, in the order of the columns. */
static void place_levels(const dependence *all, subject *of, double *counts)
{
    for (size_t k = 0; k < of->n_columns; k++) {
        counts[k] = 0;
        for (size_t i = 0; i < all->n_explained; i++) {
            counts[k] += value_at(all, i * all->step, of->first_column + k) > 0.5F;
        }
    }
    for (size_t k = 0; k < of->n_columns; k++) {
        size_t n_above = 0;
        for (size_t j = 0; j < of->n_columns; j++) {
            n_above += counts[j] > counts[k] || (j < k && !(counts[j] < counts[k]));
        }
        if (n_above < LSC_DEPENDENCE_LEVELS && counts[k] >= LSC_LEVEL_SUPPORT) {
            of->levels[of->n_levels++] = of->first_column + k;
        }
    }
}

static size_t count_bins(const subject *of)
{
    return of->n_columns == 1 ? lsc_bins_count(&of->bins) : of->n_levels + 1;
}

/** The bin of a row; the last is missing, or the rest. */
static size_t find_bin(const dependence *all, const subject *of, size_t row)
{
    size_t level = 0;
    if (of->n_columns == 1) {
        return lsc_bins_find(&of->bins, (double)value_at(all, row, of->first_column));
    }
    while (level < of->n_levels && !(value_at(all, row, of->levels[level]) > 0.5F)) {
        level++;
    }
    return level;
}

static void add_explained(const dependence *all, subject *of)
{
    for (size_t i = 0; i < all->n_explained; i++) {
        tally *into = &of->tallies[find_bin(all, of, i * all->step)];
        double weight = (double)all->findings->rows->weights[i * all->step];
        into->n_rows++;
        into->weight += weight;
        into->contribution += weight * contribution_of(all, of, i);
    }
}

static void add_measured(const dependence *all, subject *of)
{
    const lsc_rows *rows = all->findings->rows;
    for (size_t row = 0; row < rows->n_rows; row++) {
        if (isnan(all->predicted[row])) {
            continue;
        }
        tally *into = &of->tallies[find_bin(all, of, row)];
        double weight = (double)rows->weights[row];
        into->n_leads += into->n_measured == 0 || into->last_group != rows->groups[row];
        into->last_group = rows->groups[row];
        into->n_measured++;
        into->measured_weight += weight;
        into->predicted += weight * all->predicted[row];
        into->converted += rows->labels[row] ? weight : 0;
    }
}

static void fill_bins(const dependence *all, subject *of, double *scratch)
{
    if (of->n_columns == 1) {
        place_numbers(all, of, scratch);
    } else {
        place_levels(all, of, scratch);
    }
    add_explained(all, of);
    add_measured(all, of);
}

static void put_number(lsc_json_writer *writer, const char *key, double number)
{
    lsc_json_member_number(writer, key, isfinite(number) ? lsc_bins_round(number) : number);
}

/** What the bin holds: "from" and "to", "level", or "missing". */
static void put_bounds(lsc_json_writer *writer, const dependence *all, const subject *of,
                       size_t bin)
{
    const double none = (double)NAN;
    if (bin + 1 == count_bins(of)) {
        lsc_json_member_bool(writer, of->n_columns == 1 ? "missing" : "rest", true);
    } else if (of->n_columns == 1) {
        put_number(writer, "from", bin > 0 ? of->bins.edges[bin - 1] : none);
        put_number(writer, "to", bin < of->bins.n_edges ? of->bins.edges[bin] : none);
    } else {
        const lsc_spec *spec = all->findings->spec;
        lsc_json_put_key(writer, "level");
        lsc_json_put_string(writer, lsc_spec_column_name(spec, of->levels[bin]) +
                                        strlen(lsc_spec_feature_name(spec, of->feature)) + 1);
    }
}

/** How the bin's measured rows fared; nulls where they are too few to tell of. */
static void put_measured(lsc_json_writer *writer, const tally *of)
{
    const double none = (double)NAN;
    bool enough = of->n_leads >= LSC_LEVEL_SUPPORT;
    double low = none;
    double high = none;
    double observed = enough ? of->converted / of->measured_weight : none;
    if (enough) {
        lsc_wilson_interval(observed, (double)of->n_leads, &low, &high);
    }
    lsc_json_member_int(writer, "n_rows", of->n_measured);
    put_number(writer, "predicted", enough ? of->predicted / of->measured_weight : none);
    put_number(writer, "observed", observed);
    put_number(writer, "low", low);
    put_number(writer, "high", high);
}

static void put_bins(lsc_json_writer *writer, const dependence *all, const subject *of)
{
    lsc_json_put_key(writer, "bins");
    lsc_json_begin_array(writer);
    for (size_t bin = 0; bin < count_bins(of); bin++) {
        const tally *seen = &of->tallies[bin];
        if (seen->n_rows >= LSC_LEVEL_SUPPORT) {
            lsc_json_begin_object(writer);
            put_bounds(writer, all, of, bin);
            put_number(writer, "share", seen->weight / all->total_weight);
            put_number(writer, "contribution", seen->contribution / seen->weight);
            put_measured(writer, seen);
            lsc_json_end_object(writer);
        }
    }
    lsc_json_end_array(writer);
}

static void put_subject(lsc_json_writer *writer, const dependence *all, const subject *of,
                        bool with_bins)
{
    const lsc_spec *spec = all->findings->spec;
    lsc_json_begin_object(writer);
    lsc_json_member_string(writer, "feature", lsc_spec_feature_name(spec, of->feature));
    lsc_json_put_key(writer, "group");
    lsc_json_put_string(writer,
                        lsc_spec_group_name(spec, lsc_spec_feature_group(spec, of->feature)));
    put_number(writer, "importance", of->importance);
    if (with_bins) {
        put_bins(writer, all, of);
    }
    lsc_json_end_object(writer);
}

static void put_subjects(lsc_json_writer *writer, dependence *all, double *scratch)
{
    size_t n_categories = 0;
    for (size_t i = 0; i < all->n_subjects; i++) {
        weigh(all, &all->subjects[i]);
        all->order[i] = (uint32_t)i;
    }
    lsc_sort(all->order, all->n_subjects, sizeof *all->order, compare_importance, all->subjects);
    lsc_json_put_key(writer, "dependence");
    lsc_json_begin_array(writer);
    for (size_t i = 0; i < all->n_subjects; i++) {
        subject *of = &all->subjects[all->order[i]];
        bool is_category = of->n_columns > 1;
        bool with_bins = i < LSC_DEPENDENCE_FEATURES ||
                         (is_category && n_categories++ < LSC_DEPENDENCE_CATEGORIES);
        if (!(of->importance > 0)) {
            break;
        }
        if (with_bins) {
            fill_bins(all, of, scratch);
        }
        put_subject(writer, all, of, with_bins);
    }
    lsc_json_end_array(writer);
}

lsc_status lsc_dependence_put(lsc_json_writer *writer, const lsc_findings *findings,
                              lsc_model *model, lsc_error *error)
{
    const lsc_rows *rows = findings->rows;
    const lsc_allocator *allocator = rows->allocator;
    dependence all = {.allocator = allocator,
                      .findings = findings,
                      .n_subjects = lsc_spec_n_features(findings->spec),
                      .step = (rows->n_rows - 1) / LSC_DEPENDENCE_ROWS + 1};
    all.n_explained = (rows->n_rows - 1) / all.step + 1;
    all.subjects = lsc_alloc_array(allocator, all.n_subjects, sizeof *all.subjects);
    all.order = lsc_alloc_array(allocator, all.n_subjects, sizeof *all.order);
    all.predicted = lsc_alloc_array(allocator, rows->n_rows, sizeof *all.predicted);
    all.contributions = lsc_alloc_array(allocator, all.n_explained,
                                        (rows->n_columns + 1) * sizeof *all.contributions);
    double *scratch =
        lsc_alloc_array(allocator, all.n_explained + rows->n_columns, sizeof *scratch);
    lsc_status status = LSC_OK;
    if (all.subjects == NULL || all.order == NULL || all.predicted == NULL ||
        all.contributions == NULL || scratch == NULL) {
        status = lsc_fail_memory(error);
    } else {
        lay_out(&all);
        gather_predictions(&all);
        status = explain(&all, model, error);
    }
    if (status == LSC_OK) {
        put_subjects(writer, &all, scratch);
    }
    lsc_release(allocator, all.subjects);
    lsc_release(allocator, all.order);
    lsc_release(allocator, all.predicted);
    lsc_release(allocator, all.contributions);
    lsc_release(allocator, scratch);
    return status;
}
