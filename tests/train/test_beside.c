/* Two pieces of work: what came of both, whether they were done beside each other or not. */
#include "suite.h"

#include "core/error.h"
#include "train/beside.h"

/** Work that ends as it is told. */
typedef struct piece {
    lsc_status status;
    const char *words;
    int n_runs;
} piece;

static lsc_status do_piece(void *ctx, lsc_error *error)
{
    piece *one = ctx;
    one->n_runs++;
    return one->status == LSC_OK ? LSC_OK : lsc_fail(error, one->status, "%s", one->words);
}

START_TEST(the_first_that_failed_is_told_of_and_both_have_ended)
{
    for (size_t threads = 0; threads <= 2; threads++) {
        piece first = {LSC_OK, "first", 0};
        piece second = {LSC_OK, "second", 0};
        const lsc_work works[] = {{do_piece, &first}, {do_piece, &second}};
        ck_ok(lsc_work_beside(&works[0], &works[1], threads, error));
        ck_assert_int_eq(first.n_runs, 1);
        ck_assert_int_eq(second.n_runs, 1);
        second.status = LSC_IO;
        ck_fails(lsc_work_beside(&works[0], &works[1], threads, error), LSC_IO, "second");
        ck_assert_int_eq(lsc_work_beside(&works[0], &works[1], threads, NULL), LSC_IO);
        first.status = LSC_LIMIT;
        second.n_runs = 0;
        ck_fails(lsc_work_beside(&works[0], &works[1], threads, error), LSC_LIMIT, "first");
        ck_assert_int_eq(second.n_runs, threads > 1);
    }
}
END_TEST

START_TEST(there_may_be_nothing_beside)
{
    piece first = {LSC_OK, "", 0};
    const lsc_work work = {do_piece, &first};
    const lsc_work nothing = {NULL, NULL};
    ck_ok(lsc_work_beside(&work, &nothing, 1, error));
    ck_ok(lsc_work_beside(&work, &nothing, 8, error));
    ck_assert_int_eq(first.n_runs, 2);
}
END_TEST

LSC_SUITE("train/beside", TEST(the_first_that_failed_is_told_of_and_both_have_ended),
          TEST(there_may_be_nothing_beside))
