#include <math.h>
#include <string.h>

#include "store/performance_row.h"
#include "suite.h"

static int bin_of(double probability)
{
    lsc_performance_sums sums;
    memset(&sums, 0, sizeof sums);
    lsc_performance_add(&sums, 50, probability, true);
    for (int i = 0; i < LSC_N_PROBABILITY_BINS; i++) {
        if (sums.bins[i].n_leads != 0) {
            return i;
        }
    }
    return -1;
}

/* Ten times the double below 0.9 is 9. */
START_TEST(a_bin_begins_at_its_tenth)
{
    for (int i = 0; i < LSC_N_PROBABILITY_BINS; i++) {
        const double least = (double)i / LSC_N_PROBABILITY_BINS;
        ck_assert_int_eq(bin_of(least), i);
        ck_assert_int_eq(bin_of(nextafter(least, 0)), i == 0 ? 0 : i - 1);
        ck_assert_int_eq(bin_of(nextafter(least, 1)), i);
    }
    ck_assert_int_eq(bin_of(1), LSC_N_PROBABILITY_BINS - 1);
}
END_TEST

START_TEST(what_is_no_probability_is_in_no_bin)
{
    ck_assert_int_eq(bin_of((double)NAN), -1);
    ck_assert_int_eq(bin_of(nextafter(1, 2)), -1);
    ck_assert_int_eq(bin_of(-0.001), -1);
}
END_TEST

LSC_SUITE("store/performance_row", TEST(a_bin_begins_at_its_tenth),
          TEST(what_is_no_probability_is_in_no_bin))
