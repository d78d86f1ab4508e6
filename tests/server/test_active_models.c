/*
 * The models that score, over a store of this file's own: its calls stand here in place of the library's, so that
 * another model can be activated while one is being loaded.
 */
#include "suite.h"

#include "active_models.h"

/* Longer than these tests take: the store is asked again only where something was forgotten. */
#define CHECK_MS 1000000

struct lsc_model {
    const char *sha256;
};

static lsc_model old_model = {"1111111111111111111111111111111111111111111111111111111111111111"};
static lsc_model new_model = {"2222222222222222222222222222222222222222222222222222222222222222"};
static lsc_model *active;
static srv_models *models;
static void (*while_listing)(void);
static void (*while_loading)(void);
static int loads;

static void once(void (**what)(void))
{
    void (*call)(void) = *what;
    *what = NULL;
    if (call != NULL) {
        call();
    }
}

lsc_status lsc_store_list_models(lsc_store *store, const char *organization,
                                 const lsc_stored_model **list, size_t *n, lsc_error *error)
{
    static lsc_stored_model one;
    (void)store, (void)organization, (void)error;
    one = (lsc_stored_model){.sha256 = active->sha256, .active = true};
    *list = &one;
    *n = 1;
    once(&while_listing);
    return LSC_OK;
}

lsc_status lsc_store_load_model(lsc_store *store, const char *organization, const char *sha256,
                                const lsc_load *load, lsc_model **model, lsc_error *error)
{
    (void)store, (void)organization, (void)sha256, (void)load, (void)error;
    *model = active;
    loads++;
    once(&while_loading);
    return LSC_OK;
}

lsc_status lsc_model_get_info(const lsc_model *model, lsc_model_info *info, lsc_error *error)
{
    (void)error;
    info->sha256 = model->sha256;
    return LSC_OK;
}

lsc_model *lsc_model_ref(lsc_model *model)
{
    return model;
}

void lsc_model_unref(lsc_model *model)
{
    (void)model;
}

void srv_counters_add(srv_counters *counters, srv_count what, int64_t n)
{
    (void)counters, (void)what, (void)n;
}

static void activate_new(void)
{
    active = &new_model;
    srv_models_forget(models, "acme");
}

static void activate_new_of_all(void)
{
    active = &new_model;
    srv_models_forget_all(models);
}

static void begin(void)
{
    active = &old_model;
    loads = 0;
    models = srv_models_new(CHECK_MS, NULL);
    ck_assert_ptr_nonnull(models);
}

static lsc_model *got(void)
{
    lsc_model *model = NULL;
    ck_ok(srv_models_get(models, NULL, "acme", 1, &model, error));
    return model;
}

START_TEST(one_is_loaded_once)
{
    begin();
    ck_assert_ptr_eq(got(), &old_model);
    ck_assert_ptr_eq(got(), &old_model);
    ck_assert_int_eq(loads, 1);
    activate_new();
    ck_assert_ptr_eq(got(), &new_model);
    ck_assert_int_eq(loads, 2);
    srv_models_free(models);
}
END_TEST

START_TEST(one_that_was_replaced_while_it_was_loaded_is_not_kept)
{
    begin();
    while_loading = activate_new;
    ck_assert_ptr_eq(got(), &old_model);
    ck_assert_ptr_eq(got(), &new_model);
    srv_models_free(models);
}
END_TEST

START_TEST(nor_where_all_were_forgotten)
{
    begin();
    while_loading = activate_new_of_all;
    ck_assert_ptr_eq(got(), &old_model);
    ck_assert_ptr_eq(got(), &new_model);
    srv_models_free(models);
}
END_TEST

START_TEST(one_that_was_replaced_while_the_store_was_asked_is_not_confirmed)
{
    begin();
    ck_assert_ptr_eq(got(), &old_model);
    srv_models_forget(models, "acme");
    while_listing = activate_new;
    ck_assert_ptr_eq(got(), &old_model);
    ck_assert_ptr_eq(got(), &new_model);
    srv_models_free(models);
}
END_TEST

LSC_SUITE("server/active_models", TEST(one_is_loaded_once),
          TEST(one_that_was_replaced_while_it_was_loaded_is_not_kept),
          TEST(nor_where_all_were_forgotten),
          TEST(one_that_was_replaced_while_the_store_was_asked_is_not_confirmed))
