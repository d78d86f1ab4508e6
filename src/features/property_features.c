#include <math.h>
#include <string.h>

#include "core/text.h"
#include "features/email_domain.h"
#include "features/feature_codes.h"
#include "features/feature_kinds.h"
#include "features/word_table.h"

#define HOUR_MS 3600000

static const double missing = (double)NAN;

static double number_value(const lsc_feature *feature, const lsc_view *view)
{
    const lsc_value *value = lsc_view_value(view, &feature->property);
    double number = 0;
    return value != NULL && lsc_value_number(value, &number) ? number : missing;
}

/** The index of a level among those of the feature; their count where it is none. */
static size_t find_level(const lsc_name_list *levels, const char *text)
{
    size_t length = strlen(text);
    size_t low = 0;
    size_t high = levels->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const lsc_name *level = &levels->items[middle];
        int order = lsc_text_compare(level->text, level->length, text, length);
        if (order == 0) {
            return middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return levels->count;
}

static size_t category_level(const lsc_feature *feature, const lsc_view *view)
{
    const lsc_value *value = lsc_view_value(view, &feature->property);
    char scratch[LSC_VALUE_TEXT_SIZE];
    const char *text = value != NULL ? lsc_value_text(value, scratch) : NULL;
    return text != NULL ? find_level(&feature->levels, text) : LSC_NO_LEVEL;
}

static double code_value(const lsc_feature *feature, const lsc_view *view)
{
    const lsc_value *value = lsc_view_value(view, &feature->property);
    char scratch[LSC_VALUE_TEXT_SIZE];
    const char *text = value != NULL ? lsc_value_text(value, scratch) : NULL;
    return text != NULL ? lsc_code_find(&feature->codes, text) : missing;
}

/** Edges at or below the number, or the value that stands for them. */
static double band_value(const lsc_feature *feature, const lsc_view *view)
{
    double number = number_value(feature, view);
    if (isnan(number)) {
        return missing;
    }
    size_t band = 0;
    while (band < feature->edges.count && feature->edges.items[band] <= number) {
        band++;
    }
    return feature->values.count > 0 ? feature->values.items[band] : (double)band;
}

static lsc_status check_band(const lsc_feature *feature, const char *place, lsc_error *error)
{
    const lsc_number_list *edges = &feature->edges;
    for (size_t i = 1; i < edges->count; i++) {
        if (!(edges->items[i] > edges->items[i - 1])) {
            return lsc_fail(error, LSC_BAD_SPEC,
                            "%s.edges[%zu] must be greater than the one before", place, i);
        }
    }
    if (feature->values.count != 0 && feature->values.count != edges->count + 1) {
        return lsc_fail(error, LSC_BAD_SPEC, "%s.values has %zu items, must have %zu, one a band",
                        place, feature->values.count, edges->count + 1);
    }
    return LSC_OK;
}

/** The texts of a value: the items of a list, else the value itself. */
static size_t count_texts(const lsc_value *value)
{
    return value->type == LSC_VALUE_LIST ? value->n_items : 1;
}

static const char *text_at(const lsc_value *value, size_t i, char scratch[LSC_VALUE_TEXT_SIZE])
{
    return value->type == LSC_VALUE_LIST ? value->items[i] : lsc_value_text(value, scratch);
}

static bool row_takes(const lsc_table_row *row, const lsc_value *value)
{
    char scratch[LSC_VALUE_TEXT_SIZE];
    for (size_t i = 0; i < count_texts(value); i++) {
        const char *text = text_at(value, i, scratch);
        size_t length = strlen(text);
        if (length > LSC_MAX_MATCHED_TEXT) {
            length = LSC_MAX_MATCHED_TEXT;
        }
        if (lsc_row_matches(row, text, length)) {
            return true;
        }
    }
    return false;
}

/** The value of the first row that takes the property. */
static double ordinal_value(const lsc_feature *feature, const lsc_view *view)
{
    const lsc_value *value = lsc_view_value(view, &feature->property);
    if (value == NULL) {
        return missing;
    }
    for (size_t i = 0; i < feature->table.count; i++) {
        if (row_takes(&feature->table.rows[i], value)) {
            return feature->table.rows[i].value;
        }
    }
    return feature->unseen;
}

/** The sum over all rows that take the property, each once. */
static double overlap_value(const lsc_feature *feature, const lsc_view *view)
{
    const lsc_value *value = lsc_view_value(view, &feature->property);
    if (value == NULL) {
        return missing;
    }
    double sum = 0;
    bool seen = false;
    for (size_t i = 0; i < feature->table.count; i++) {
        if (row_takes(&feature->table.rows[i], value)) {
            sum += feature->table.rows[i].value;
            seen = true;
        }
    }
    return seen ? sum : feature->unseen;
}

/* The same by the index of the table: one walk along each text, whatever the number of words. */

#define ROW_WORDS ((LSC_MAX_LEVELS + 63) / 64)

/** Mark the rows that take the value; returns the number of words that hold them. */
static size_t mark_rows(const lsc_table *table, const lsc_value *value, uint64_t rows[ROW_WORDS])
{
    size_t n_words = (table->count + 63) / 64;
    char scratch[LSC_VALUE_TEXT_SIZE];
    memset(rows, 0, n_words * sizeof *rows);
    for (size_t i = 0; i < count_texts(value); i++) {
        const char *text = text_at(value, i, scratch);
        size_t length = strnlen(text, LSC_MAX_MATCHED_TEXT);
        lsc_word_index_match(table->index, text, length, rows);
    }
    return n_words;
}

static double quick_ordinal_value(const lsc_feature *feature, const lsc_view *view)
{
    uint64_t rows[ROW_WORDS];
    const lsc_value *value = lsc_view_value(view, &feature->property);
    if (value == NULL) {
        return missing;
    }
    size_t n_words = mark_rows(&feature->table, value, rows);
    for (size_t i = 0; i < n_words; i++) {
        if (rows[i] != 0) {
            return feature->table.rows[64 * i + lsc_lowest_bit(rows[i])].value;
        }
    }
    return feature->unseen;
}

static double quick_overlap_value(const lsc_feature *feature, const lsc_view *view)
{
    uint64_t rows[ROW_WORDS];
    const lsc_value *value = lsc_view_value(view, &feature->property);
    if (value == NULL) {
        return missing;
    }
    size_t n_words = mark_rows(&feature->table, value, rows);
    double sum = 0;
    bool seen = false;
    for (size_t i = 0; i < n_words; i++) {
        while (rows[i] != 0) {
            sum += feature->table.rows[64 * i + lsc_take_lowest(&rows[i])].value;
            seen = true;
        }
    }
    return seen ? sum : feature->unseen;
}

static double flag_value(const lsc_feature *feature, const lsc_view *view)
{
    const lsc_value *value = lsc_view_value(view, &feature->property);
    bool flag = false;
    return value != NULL && lsc_value_flag(value, &flag) ? (double)flag : missing;
}

static size_t email_level(const lsc_feature *feature, const lsc_view *view)
{
    const lsc_value *value = lsc_view_value(view, &feature->property);
    if (value == NULL || value->type != LSC_VALUE_TEXT) {
        return LSC_NO_LEVEL;
    }
    lsc_email_class of_domain = lsc_email_classify(value->text, value->length);
    return of_domain != LSC_EMAIL_NONE ? (size_t)of_domain : LSC_NO_LEVEL;
}

static double completeness_value(const lsc_feature *feature, const lsc_view *view)
{
    size_t present = 0;
    for (size_t i = 0; i < feature->properties.count; i++) {
        present += lsc_view_value(view, &feature->properties.items[i]) != NULL;
    }
    return (double)present / (double)feature->properties.count;
}

/** Days since a time; one that is still to come is not known yet. */
static double tenure_value(const lsc_feature *feature, const lsc_view *view)
{
    const lsc_value *value = lsc_view_value(view, &feature->property);
    int64_t time_ms = 0;
    if (value == NULL || !lsc_value_time(value, &time_ms) || time_ms > view->as_of_ms) {
        return missing;
    }
    return (double)(view->as_of_ms - time_ms) / LSC_DAY_MS;
}

static int64_t floor_divide(int64_t number, int64_t divisor)
{
    int64_t quotient = number / divisor;
    return number % divisor < 0 ? quotient - 1 : quotient;
}

typedef struct civil_date {
    int64_t year;
    int64_t month; /* 1 to 12 */
    int64_t day;   /* 1 to 31 */
} civil_date;

/** The Gregorian date of a day counted from 1970-01-01, by years that begin in March. */
static civil_date civil_from_days(int64_t days)
{
    const int64_t days_per_era = 146097; /* 400 years */
    int64_t since = days + 719468;       /* 0000-03-01 */
    int64_t era = floor_divide(since, days_per_era);
    int64_t of_era = since - era * days_per_era;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153; /* 0: March */
    int64_t day = of_year - (153 * month + 2) / 5 + 1;
    bool next_year = month >= 10;
    return (civil_date){era * 400 + year + next_year, next_year ? month - 9 : month + 3, day};
}

static double date_value(const lsc_feature *feature, const lsc_view *view)
{
    const lsc_value *value = lsc_view_value(view, &feature->property);
    int64_t time_ms = 0;
    if (value == NULL || !lsc_value_time(value, &time_ms)) {
        return missing;
    }
    int64_t hours = floor_divide(time_ms, HOUR_MS);
    int64_t days = floor_divide(hours, 24);
    switch (feature->part) {
    case LSC_DATE_DAYS:
        return (double)time_ms / LSC_DAY_MS;
    case LSC_DATE_YEAR:
        return (double)civil_from_days(days).year;
    case LSC_DATE_MONTH:
        return (double)civil_from_days(days).month;
    case LSC_DATE_DAY:
        return (double)civil_from_days(days).day;
    case LSC_DATE_WEEKDAY:
        /* 1970-01-01 was a Thursday, the fourth day of its week. */
        return (double)(days + 3 - 7 * floor_divide(days + 3, 7) + 1);
    case LSC_DATE_HOUR:
        return (double)(hours - 24 * days);
    }
    return missing;
}

#define PROPERTY LSC_PARAM(property, name, true, 1, LSC_MAX_PROPERTY_NAME, 0)
#define MISSING LSC_PARAM(missing, missing, false, -LSC_MAX_SPEC_NUMBER, LSC_MAX_SPEC_NUMBER, 0)
#define NUMBERS(key, required) \
    LSC_PARAM(key, numbers, required, -LSC_MAX_SPEC_NUMBER, LSC_MAX_SPEC_NUMBER, 0)
#define TABLE LSC_PARAM(table, table, true, -LSC_MAX_SPEC_NUMBER, LSC_MAX_SPEC_NUMBER, 0)
#define UNSEEN LSC_PARAM(unseen, number, false, -LSC_MAX_SPEC_NUMBER, LSC_MAX_SPEC_NUMBER, 0)

const lsc_kind lsc_property_kinds[] = {
    {
        .name = "number",
        .params = LSC_PARAMS(PROPERTY, MISSING),
        .unit = LSC_UNIT_NUMBER,
        .value = number_value,
    },
    {
        .name = "category",
        .params =
            LSC_PARAMS(PROPERTY, LSC_PARAM(levels, levels, false, 0, LSC_MAX_LEVELS, 0), MISSING),
        .unit = LSC_UNIT_LEVEL,
        .has_other = true,
        .level = category_level,
    },
    {
        .name = "code",
        .params = LSC_PARAMS(PROPERTY, LSC_PARAM(codes, codes, true, 0, 0, 0), MISSING),
        .unit = LSC_UNIT_CODE,
        .value = code_value,
    },
    {
        .name = "band",
        .params = LSC_PARAMS(PROPERTY, NUMBERS(edges, true), NUMBERS(values, false), MISSING),
        .unit = LSC_UNIT_NUMBER,
        .value = band_value,
        .check = check_band,
    },
    {
        .name = "ordinal",
        .params = LSC_PARAMS(PROPERTY, TABLE, UNSEEN, MISSING),
        .unit = LSC_UNIT_NUMBER,
        .value = ordinal_value,
        .quick_value = quick_ordinal_value,
    },
    {
        .name = "overlap",
        .params = LSC_PARAMS(PROPERTY, TABLE, UNSEEN, MISSING),
        .unit = LSC_UNIT_NUMBER,
        .value = overlap_value,
        .quick_value = quick_overlap_value,
    },
    {
        .name = "flag",
        .params = LSC_PARAMS(PROPERTY, MISSING),
        .unit = LSC_UNIT_FLAG,
        .value = flag_value,
    },
    {
        .name = "email_domain",
        .params = LSC_PARAMS(PROPERTY, MISSING),
        .unit = LSC_UNIT_LEVEL,
        .fixed_levels = lsc_email_class_names,
        .level = email_level,
    },
    {
        .name = "completeness",
        .params = LSC_PARAMS(LSC_PARAM(properties, names, true, 1, LSC_MAX_SPEC_LIST, 0)),
        .unit = LSC_UNIT_PERCENT,
        .value = completeness_value,
    },
    {
        .name = "tenure",
        .params = LSC_PARAMS(PROPERTY, MISSING),
        .since = true,
        .unit = LSC_UNIT_DAYS,
        .value = tenure_value,
    },
    {
        .name = "date",
        .params = LSC_PARAMS(PROPERTY, LSC_PARAM(part, part, true, 0, 0, 0), MISSING),
        .unit = LSC_UNIT_DATE,
        .value = date_value,
    },
    {.name = NULL},
};
