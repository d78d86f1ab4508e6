#include "store_tools.h"

/* Rows of the audit trail as they are listed, and what they may hold. */

#define JO "0f8fad5b-d9cb-469f-a165-70867728950e"
#define AL "7c9e6679-7425-40de-944b-e07fc1f90ae7"

static int64_t tick(void *ctx)
{
    int64_t *now = ctx;
    return ++*now;
}

static void act_as(lsc_store *store, const char *uuid)
{
    static int64_t now = AS_OF;
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    actor.uuid = uuid;
    actor.now_ms = tick;
    actor.ctx = &now;
    ck_ok(lsc_store_set_actor(store, &actor, error));
}

/* Of both organizations some rows, by two who act. */
static lsc_store *audited_store(const char *path)
{
    lsc_store *store = file_store(path);
    const char *json;
    size_t n;
    act_as(store, JO);
    ck_ok(lsc_store_set_audited(store, true, error));
    put_lead(store, ACME, 1);
    put_lead(store, ACME, 2);
    put_lead(store, GLOBEX, 1);
    act_as(store, AL);
    ck_ok(lsc_store_lead_json(store, ACME, "lead-1", &json, &n, error));
    ck_ok(lsc_store_lead_json(store, GLOBEX, "lead-1", &json, &n, error));
    return store;
}

static size_t n_listed(lsc_store *store, const char *organization, const lsc_audit_query *query)
{
    const lsc_audit_row *rows;
    size_t n;
    ck_ok(lsc_store_list_audit(store, organization, query, &rows, &n, error));
    for (size_t i = 0; i < n && organization != NULL; i++) {
        ck_assert_str_eq(rows[i].organization, organization);
    }
    return n;
}

START_TEST(rows_are_listed_as_they_were_noted)
{
    lsc_store *store = audited_store(NULL);
    const lsc_audit_row *rows;
    char uuid[37];
    char head[65];
    int64_t n_rows;
    size_t n;
    ck_ok(lsc_store_lead_uuid(store, ACME, "lead-1", uuid, error));
    ck_ok(lsc_store_list_audit(store, NULL, NULL, &rows, &n, error));
    ck_assert_uint_eq(n, 6);
    ck_assert_str_eq(rows[0].action, "audit on");
    ck_assert_ptr_null(rows[0].organization);
    ck_assert_ptr_null(rows[0].subject);
    ck_assert_str_eq(rows[4].action, "read lead");
    ck_assert_str_eq(rows[4].organization, ACME);
    ck_assert_str_eq(rows[4].actor, AL);
    ck_assert_str_eq(rows[4].subject, uuid);
    ck_assert_int_eq(rows[4].amount, 1);
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(rows[i].number, (int64_t)i + 1);
        ck_assert(i == 0 || rows[i].time_ms == rows[i - 1].time_ms + 1);
    }
    ck_ok(lsc_store_audit_head(store, &n_rows, head, error)); /* listing is not noted */
    ck_assert_int_eq(n_rows, 6);
    lsc_store_close(store);
}
END_TEST

START_TEST(rows_are_listed_by_whose_they_are_and_what_they_tell)
{
    lsc_store *store = audited_store(NULL);
    lsc_audit_query query = LSC_AUDIT_QUERY_INIT;
    const lsc_audit_row *rows;
    char uuid[37];
    size_t n;
    ck_assert_uint_eq(n_listed(store, ACME, NULL), 3);
    ck_assert_uint_eq(n_listed(store, GLOBEX, NULL), 2);
    ck_ok(lsc_store_lead_uuid(store, ACME, "lead-1", uuid, error));
    query.subject = uuid;
    ck_assert_uint_eq(n_listed(store, ACME, &query), 2);
    ck_assert_uint_eq(n_listed(store, GLOBEX, &query), 0);
    query.action = "read lead";
    ck_assert_uint_eq(n_listed(store, ACME, &query), 1);
    query.subject = NULL;
    ck_assert_uint_eq(n_listed(store, NULL, &query), 2);
    query = (lsc_audit_query)LSC_AUDIT_QUERY_INIT;
    query.actor = AL;
    ck_assert_uint_eq(n_listed(store, ACME, &query), 1);
    query = (lsc_audit_query)LSC_AUDIT_QUERY_INIT;
    ck_ok(lsc_store_list_audit(store, NULL, NULL, &rows, &n, error));
    query.from_ms = rows[1].time_ms;
    query.until_ms = rows[4].time_ms;
    ck_assert_uint_eq(n_listed(store, NULL, &query), 3);
    lsc_store_close(store);
}
END_TEST

/* As other programs write it: what a person was read by is not missed for that. */
START_TEST(a_uuid_is_the_same_in_upper_and_lower_case)
{
    lsc_store *store = audited_store(NULL);
    lsc_audit_query query = LSC_AUDIT_QUERY_INIT;
    const char *json;
    size_t n;
    char uuid[37];
    act_as(store, "7C9E6679-7425-40DE-944B-E07FC1F90AE7");
    ck_ok(lsc_store_lead_json(store, ACME, "lead-1", &json, &n, error));
    query.actor = AL;
    ck_assert_uint_eq(n_listed(store, ACME, &query), 2);
    query.actor = "7C9E6679-7425-40DE-944B-E07FC1F90AE7";
    ck_assert_uint_eq(n_listed(store, ACME, &query), 2);
    ck_ok(lsc_store_lead_uuid(store, ACME, "lead-1", uuid, error));
    for (char *at = uuid; *at != '\0'; at++) {
        *at = *at >= 'a' && *at <= 'f' ? (char)(*at - 'a' + 'A') : *at;
    }
    query.subject = uuid;
    ck_assert_uint_eq(n_listed(store, ACME, &query), 2);
    lsc_store_close(store);
}
END_TEST

START_TEST(rows_are_listed_in_pages)
{
    lsc_store *store = audited_store(NULL);
    lsc_audit_query query = LSC_AUDIT_QUERY_INIT;
    const lsc_audit_row *rows;
    size_t n = 0;
    size_t n_all = 0;
    query.limit = 2;
    do {
        ck_ok(lsc_store_list_audit(store, ACME, &query, &rows, &n, error));
        ck_assert(n == 0 || rows[0].number > query.after);
        query.after = n == 0 ? 0 : rows[n - 1].number;
        n_all += n;
    } while (n == query.limit);
    ck_assert_uint_eq(n_all, 3);
    lsc_store_close(store);
}
END_TEST

START_TEST(what_names_no_row_is_refused)
{
    lsc_store *store = audited_store(NULL);
    lsc_audit_query query = LSC_AUDIT_QUERY_INIT;
    const lsc_audit_row *rows;
    size_t n;
    query.subject = "lead-1";
    ck_fails(lsc_store_list_audit(store, ACME, &query, &rows, &n, error), LSC_INVALID_ARG,
             "query.subject");
    query.subject = NULL;
    query.actor = "jo";
    ck_fails(lsc_store_list_audit(store, ACME, &query, &rows, &n, error), LSC_INVALID_ARG,
             "query.actor");
    query.actor = NULL;
    query.limit = LSC_MAX_PAGE + 1;
    ck_fails(lsc_store_list_audit(store, ACME, &query, &rows, &n, error), LSC_LIMIT, "limit");
    ck_fails(lsc_store_list_audit(store, "none", NULL, &rows, &n, error), LSC_NOT_FOUND, "none");
    lsc_store_close(store);
}
END_TEST

LSC_SUITE("store/audit_list", TEST(rows_are_listed_as_they_were_noted),
          TEST(rows_are_listed_by_whose_they_are_and_what_they_tell),
          TEST(a_uuid_is_the_same_in_upper_and_lower_case), TEST(rows_are_listed_in_pages),
          TEST(what_names_no_row_is_refused))
