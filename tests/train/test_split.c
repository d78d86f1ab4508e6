/* What a split promises, looked at row by row. */
#include "suite.h"

#include "train/split.h"
#include "train_support.h"

#define HORIZON (60 * DAY)

/** Rows without columns: `rows_a_lead` of each lead, as-of times `every` days apart. */
static lsc_rows make_rows(size_t n_leads, size_t rows_a_lead, double rate, lsc_random *random)
{
    const lsc_allocator *allocator = lsc_default_allocator();
    size_t n_rows = n_leads * rows_a_lead;
    lsc_rows rows = {.allocator = allocator, .n_rows = n_rows, .n_groups = n_leads};
    rows.labels = lsc_alloc_array(allocator, n_rows, 1);
    rows.as_of_ms = lsc_alloc_array(allocator, n_rows, sizeof(int64_t));
    rows.groups = lsc_alloc_array(allocator, n_rows, sizeof(uint32_t));
    rows.group_keys = lsc_alloc_array(allocator, n_leads, sizeof(uint64_t));
    rows.group_labels = lsc_alloc_array(allocator, n_leads, 1);
    for (size_t lead = 0; lead < n_leads; lead++) {
        rows.group_keys[lead] = lsc_random_next(random);
        int64_t first = START + (int64_t)lsc_random_below(random, 50) * 10 * DAY;
        for (size_t i = 0; i < rows_a_lead; i++) {
            size_t row = lead * rows_a_lead + i;
            rows.groups[row] = (uint32_t)lead;
            rows.as_of_ms[row] = first + (int64_t)i * 10 * DAY;
            rows.labels[row] = lsc_random_uniform(random) < rate;
            rows.group_labels[lead] |= rows.labels[row];
        }
    }
    return rows;
}

static lsc_split split_of(const lsc_rows *rows, int64_t horizon_ms, uint64_t seed)
{
    lsc_split split;
    ck_ok(lsc_split_make(rows, horizon_ms, 5, seed, &split, error));
    return split;
}

START_TEST(rows_of_one_lead_are_in_one_fold)
{
    lsc_random random;
    lsc_random_seed(&random, 41);
    lsc_rows rows = make_rows(300, 4, 0.1, &random);
    lsc_split split = split_of(&rows, HORIZON, 1);
    for (size_t row = 1; row < rows.n_rows; row++) {
        if (rows.groups[row] == rows.groups[row - 1]) {
            ck_assert_uint_eq(lsc_split_fold(&split, &rows, row),
                              lsc_split_fold(&split, &rows, row - 1));
        }
    }
    lsc_split_free(&split);
    lsc_rows_free(&rows);
}
END_TEST

START_TEST(no_measured_row_is_predicted_by_what_knows_its_lead_or_its_time)
{
    lsc_random random;
    lsc_random_seed(&random, 42);
    lsc_rows rows = make_rows(300, 4, 0.1, &random);
    lsc_split split = split_of(&rows, HORIZON, 1);
    for (size_t measured = 0; measured < rows.n_rows; measured++) {
        if ((split.parts[measured] & LSC_ROW_MEASURED) == 0) {
            continue;
        }
        size_t fold = lsc_split_fold(&split, &rows, measured);
        for (size_t trained = 0; trained < rows.n_rows; trained++) {
            if ((split.parts[trained] & LSC_ROW_TRAINED) == 0 ||
                lsc_split_fold(&split, &rows, trained) == fold) {
                continue;
            }
            ck_assert_uint_ne(rows.groups[trained], rows.groups[measured]);
            ck_assert_int_le(rows.as_of_ms[trained] + HORIZON, rows.as_of_ms[measured]);
        }
    }
    lsc_split_free(&split);
    lsc_rows_free(&rows);
}
END_TEST

START_TEST(a_fifth_of_the_rows_or_a_little_more_is_measured_and_what_lies_between_is_purged)
{
    lsc_random random;
    lsc_random_seed(&random, 43);
    lsc_rows rows = make_rows(400, 3, 0.1, &random);
    lsc_split split = split_of(&rows, HORIZON, 1);
    size_t n_measured = 0;
    size_t n_purged = 0;
    for (size_t row = 0; row < rows.n_rows; row++) {
        int64_t as_of = rows.as_of_ms[row];
        bool measured = as_of >= split.split_ms;
        bool trained = as_of + HORIZON <= split.split_ms;
        ck_assert_int_eq(split.parts[row],
                         (measured ? LSC_ROW_MEASURED : 0) | (trained ? LSC_ROW_TRAINED : 0));
        n_measured += measured;
        n_purged += !measured && !trained;
    }
    /* 1,200 rows at about 52 times: one time's rows more than a fifth. */
    ck_assert_uint_ge(n_measured, 240);
    ck_assert_uint_le(n_measured, 290);
    ck_assert_uint_gt(n_purged, 50);
    lsc_split_free(&split);
    lsc_rows_free(&rows);
}
END_TEST

START_TEST(each_row_of_a_table_is_trained_on_and_measured)
{
    lsc_random random;
    lsc_random_seed(&random, 44);
    lsc_rows rows = make_rows(100, 1, 0.3, &random);
    lsc_split split = split_of(&rows, 0, 1);
    ck_assert_int_eq(split.split_ms, LSC_TIME_NONE);
    for (size_t row = 0; row < rows.n_rows; row++) {
        ck_assert_int_eq(split.parts[row], LSC_ROW_TRAINED | LSC_ROW_MEASURED);
    }
    lsc_split_free(&split);
    lsc_rows_free(&rows);
}
END_TEST

START_TEST(folds_hold_the_same_number_of_each_class)
{
    lsc_random random;
    lsc_random_seed(&random, 45);
    lsc_rows rows = make_rows(1003, 1, 0.1, &random);
    lsc_split split = split_of(&rows, 0, 9);
    size_t counts[5][2] = {{0}};
    for (size_t row = 0; row < rows.n_rows; row++) {
        counts[lsc_split_fold(&split, &rows, row)][rows.labels[row]]++;
    }
    for (size_t fold = 1; fold < 5; fold++) {
        for (int label = 0; label < 2; label++) {
            ck_assert_uint_le(counts[fold][label], counts[0][label]);
            ck_assert_uint_ge(counts[fold][label] + 1, counts[0][label]);
        }
    }
    lsc_split_free(&split);
    lsc_rows_free(&rows);
}
END_TEST

START_TEST(a_tenth_of_each_class_is_watched_by_whole_leads)
{
    lsc_random random;
    lsc_random_seed(&random, 46);
    lsc_rows rows = make_rows(1000, 2, 0.1, &random);
    lsc_split split = split_of(&rows, 0, 3);
    for (size_t fold = 0; fold < 5; fold++) {
        size_t watched[2] = {0};
        size_t all[2] = {0};
        for (size_t row = 0; row < rows.n_rows; row += 2) {
            bool is_watched = lsc_split_watched(&split, &rows, row, fold);
            ck_assert_int_eq(lsc_split_watched(&split, &rows, row + 1, fold), is_watched);
            if (lsc_split_fold(&split, &rows, row) != fold) {
                all[rows.group_labels[rows.groups[row]]]++;
                watched[rows.group_labels[rows.groups[row]]] += is_watched;
            }
        }
        ck_assert_uint_eq(watched[0], (all[0] + 9) / 10);
        ck_assert_uint_eq(watched[1], (all[1] + 9) / 10);
    }
    lsc_split_free(&split);
    lsc_rows_free(&rows);
}
END_TEST

START_TEST(the_seed_deals_the_leads)
{
    lsc_random random;
    lsc_random_seed(&random, 47);
    lsc_rows rows = make_rows(200, 1, 0.3, &random);
    lsc_split first = split_of(&rows, 0, 1);
    lsc_split again = split_of(&rows, 0, 1);
    lsc_split other = split_of(&rows, 0, 2);
    ck_assert_mem_eq(first.places, again.places, 200 * sizeof *first.places);
    ck_assert_mem_ne(first.places, other.places, 200 * sizeof *first.places);
    lsc_split_free(&first);
    lsc_split_free(&again);
    lsc_split_free(&other);
    lsc_rows_free(&rows);
}
END_TEST

START_TEST(ten_of_each_class_can_be_split_into_five_folds_and_nine_cannot)
{
    for (size_t n_converted = 9; n_converted <= 10; n_converted++) {
        lsc_random random;
        lsc_random_seed(&random, 48);
        lsc_rows rows = make_rows(60, 1, 0, &random);
        lsc_split split;
        for (size_t row = 0; row < n_converted; row++) {
            rows.labels[row] = rows.group_labels[row] = 1;
        }
        if (n_converted == 10) {
            ck_ok(lsc_split_make(&rows, 0, 5, 1, &split, error));
            lsc_split_free(&split);
        } else {
            ck_fails(lsc_split_make(&rows, 0, 5, 1, &split, error), LSC_BAD_DATA,
                     "9 rows converted and 51 did not: 10 of each are needed");
        }
        lsc_rows_free(&rows);
    }
}
END_TEST

START_TEST(data_shorter_than_the_horizon_cannot_be_split_by_time)
{
    lsc_random random;
    lsc_random_seed(&random, 49);
    lsc_rows rows = make_rows(300, 4, 0.1, &random);
    lsc_split split;
    ck_fails(lsc_split_make(&rows, 5000 * DAY, 5, 1, &split, error), LSC_BAD_DATA,
             "too few outcomes to train and validate on (1200 rows of 300 leads, split at 2025-");
    for (size_t row = 0; row < rows.n_rows; row++) {
        if (rows.as_of_ms[row] > START + 400 * DAY) {
            rows.labels[row] = 0;
        }
    }
    ck_fails(lsc_split_make(&rows, HORIZON, 5, 1, &split, error), LSC_BAD_DATA,
             "the newest rows hold one class only");
    lsc_rows_free(&rows);
}
END_TEST

LSC_SUITE("train/split", TEST(rows_of_one_lead_are_in_one_fold),
          TEST(no_measured_row_is_predicted_by_what_knows_its_lead_or_its_time),
          TEST(a_fifth_of_the_rows_or_a_little_more_is_measured_and_what_lies_between_is_purged),
          TEST(each_row_of_a_table_is_trained_on_and_measured),
          TEST(folds_hold_the_same_number_of_each_class),
          TEST(a_tenth_of_each_class_is_watched_by_whole_leads), TEST(the_seed_deals_the_leads),
          TEST(ten_of_each_class_can_be_split_into_five_folds_and_nine_cannot),
          TEST(data_shorter_than_the_horizon_cannot_be_split_by_time))
