#include "store_tools.h"

/* Leads, activities and outcomes: what comes back is what was put. */

#define N_LEADS 40u

START_TEST(a_lead_comes_back_the_same_to_the_hash_of_its_receipt)
{
    lsc_store *store = memory_store();
    lsc_scorer *scorer = make_scorer(true);
    lsc_lead *back;
    ck_ok(lsc_lead_new(NULL, &back, error));
    for (unsigned number = 0; number < N_LEADS; number++) {
        lsc_lead *lead = make_lead(number, NULL);
        ck_ok(lsc_store_put_lead(store, ACME, lead, error));
        ck_ok(lsc_store_get_lead(store, ACME, lsc_lead_id(lead), back, error));
        for (int day = 0; day < 400; day += 40) {
            char put[65];
            char got[65];
            hash_of(scorer, lead, FIRST_DAY + day * DAY, put);
            hash_of(scorer, back, FIRST_DAY + day * DAY, got);
            ck_assert_str_eq(put, got);
        }
        lsc_lead_free(lead);
    }
    lsc_lead_free(back);
    lsc_scorer_free(scorer);
    lsc_store_close(store);
}
END_TEST

START_TEST(every_type_of_value_comes_back_to_the_bit)
{
    static const char *const items[] = {"a", "\"b\"", "\xc3\xa4\x01"};
    static const double numbers[] = {0.1, -0.0, 1e308, 5e-324, 9007199254740993.0, -1.5};
    lsc_store *store = memory_store();
    lsc_scorer *scorer = make_scorer(true);
    lsc_lead *lead = make_lead(1, NULL);
    lsc_lead *back;
    ck_ok(lsc_lead_new(NULL, &back, error));
    lsc_property properties[12] = {
        {.name = "list", .type = LSC_VALUE_LIST, .items = items, .n_items = 3},
        {.name = "a time", .type = LSC_VALUE_TIME, .time_ms = LSC_TIME_MIN},
        {.name = "time", .type = LSC_VALUE_TIME, .time_ms = -1},
        {.name = "yes", .type = LSC_VALUE_BOOL, .boolean = true},
        {.name = "no", .type = LSC_VALUE_BOOL},
        {.name = "text", .type = LSC_VALUE_TEXT, .text = "{\"time\": 3}"},
    };
    for (size_t i = 0; i < 6; i++) {
        static const char *const names[] = {"n0", "n1", "n2", "n3", "n4", "n5"};
        properties[6 + i] =
            (lsc_property){.name = names[i], .type = LSC_VALUE_NUMBER, .number = numbers[i]};
    }
    for (size_t i = 0; i < 12; i++) {
        ck_ok(lsc_lead_set(lead, &properties[i], error));
    }
    lsc_activity activity = LSC_ACTIVITY_INIT;
    activity.id = "typed";
    activity.type = "identify";
    activity.time_ms = AS_OF;
    activity.bot = true;
    activity.properties = properties;
    activity.n_properties = 12;
    ck_ok(lsc_lead_add_activity(lead, &activity, error));
    ck_ok(lsc_store_put_lead(store, ACME, lead, error));
    ck_ok(lsc_store_get_lead(store, ACME, lsc_lead_id(lead), back, error));
    char put[65];
    char got[65];
    hash_of(scorer, lead, LSC_TIME_MAX, put);
    hash_of(scorer, back, LSC_TIME_MAX, got);
    ck_assert_str_eq(put, got);
    lsc_lead_free(lead);
    lsc_lead_free(back);
    lsc_scorer_free(scorer);
    lsc_store_close(store);
}
END_TEST

START_TEST(putting_a_lead_again_replaces_its_properties_and_keeps_its_activities)
{
    static const char first[] =
        "{\"id\": \"x\", \"email\": \"A@B.example\", \"status\": \"new\", \"tier\": 3,"
        " \"activities\": [{\"id\": \"1\", \"type\": \"t\", \"time\": \"2025-01-01\"}]}";
    static const char second[] =
        "{\"id\": \"x\", \"company\": {\"domain\": \"b.example\"}, \"created_at\": \"2024-12-31\"}";
    lsc_store *store = memory_store();
    const lsc_stored_lead *leads;
    size_t n;
    const char *json;
    ck_ok(lsc_store_put_lead_json(store, ACME, first, strlen(first), error));
    ck_ok(lsc_store_list_leads(store, ACME, NULL, &leads, &n, error));
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(leads[0].email, "a@b.example");
    ck_assert_str_eq(leads[0].status, "new");
    ck_assert(leads[0].created_at_ms == LSC_TIME_NONE);
    ck_assert_uint_eq(strlen(leads[0].uuid), 36);
    char uuid[37];
    memcpy(uuid, leads[0].uuid, sizeof uuid);
    ck_ok(lsc_store_lead_json(store, ACME, "x", &json, &n, error));
    ck_assert_str_eq(json,
                     "{\"id\":\"x\",\"email\":\"A@B.example\",\"status\":\"new\",\"tier\":3}");
    ck_assert_uint_eq(n, strlen(json));

    ck_ok(lsc_store_put_lead_json(store, ACME, second, strlen(second), error));
    ck_ok(lsc_store_lead_json(store, ACME, "x", &json, &n, error));
    ck_assert_str_eq(json, "{\"id\":\"x\",\"company.domain\":\"b.example\","
                           "\"created_at\":\"2024-12-31T00:00:00Z\"}");
    ck_ok(lsc_store_list_leads(store, ACME, NULL, &leads, &n, error));
    ck_assert_str_eq(leads[0].uuid, uuid);
    ck_assert_ptr_null(leads[0].email);
    ck_assert_ptr_null(leads[0].status);
    ck_assert(leads[0].created_at_ms == FIRST_DAY - DAY);
    ck_assert_int_eq(counts_of(store, ACME).activities, 1);
    lsc_store_close(store);
}
END_TEST

START_TEST(an_e_mail_stands_once_in_an_organization)
{
    static const char one[] = "{\"id\": \"1\", \"email\": \"jo@b.example\"}";
    static const char two[] = "{\"id\": \"2\", \"email\": \"JO@b.example\", \"activities\": "
                              "[{\"id\": \"1\", \"type\": \"t\", \"time\": \"2025-01-01\"}]}";
    lsc_store *store = memory_store();
    ck_ok(lsc_store_put_lead_json(store, ACME, one, strlen(one), error));
    ck_ok(lsc_store_put_lead_json(store, ACME, one, strlen(one), error));
    ck_fails(lsc_store_put_lead_json(store, ACME, two, strlen(two), error), LSC_CONFLICT, "e-mail");
    ck_assert_int_eq(counts_of(store, NULL).leads, 1);
    ck_assert_int_eq(counts_of(store, NULL).activities, 0);
    /* A lead that would take another's stays as it was. */
    static const char three[] = "{\"id\": \"3\", \"city\": \"Ulm\"}";
    static const char taken[] = "{\"id\": \"3\", \"email\": \"jo@b.example\"}";
    const char *json;
    size_t length;
    ck_ok(lsc_store_put_lead_json(store, ACME, three, strlen(three), error));
    ck_fails(lsc_store_put_lead_json(store, ACME, taken, strlen(taken), error), LSC_CONFLICT,
             "e-mail");
    ck_ok(lsc_store_lead_json(store, ACME, "3", &json, &length, error));
    ck_assert_ptr_nonnull(strstr(json, "Ulm"));
    ck_ok(lsc_store_put_lead_json(store, GLOBEX, two, strlen(two), error));
    ck_ok(lsc_store_delete_lead(store, ACME, "1", error));
    ck_ok(lsc_store_put_lead_json(store, ACME, two, strlen(two), error));
    lsc_store_close(store);
}
END_TEST

/* Times are signed: of a lead, an activity, an outcome, a score. */
START_TEST(times_before_1970_are_times_as_any_other)
{
    static const char json[] = "{\"id\": \"old\", \"created_at\": \"1936-05-07\", \"activities\": "
                               "[{\"id\": \"1\", \"type\": \"t\", \"time\": \"1969-12-31\"}]}";
    const lsc_outcome outcome = {-1, true};
    const int64_t as_of_ms = -1000;
    char sha256[65];
    lsc_store *store = memory_store();
    lsc_scorer *scorer = make_scorer(false);
    const lsc_stored_lead *leads;
    const lsc_stored_score *scores;
    size_t n;
    add_model(store, ACME, false, sha256);
    ck_ok(lsc_store_put_lead_json(store, ACME, json, strlen(json), error));
    ck_ok(lsc_store_add_outcome(store, ACME, "old", &outcome, error));
    ck_ok(lsc_store_score_lead(store, ACME, "old", scorer, as_of_ms, NULL, error));
    ck_ok(lsc_store_list_leads(store, ACME, NULL, &leads, &n, error));
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(leads[0].created_at_ms,
                     INT64_C(-1062028800000)); /* date -u -d 1936-05-07 +%s */
    ck_ok(lsc_store_list_history(store, ACME, "old", LSC_TIME_NONE, 0, &scores, &n, error));
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(scores[0].receipt.as_of_ms, as_of_ms);
    ck_ok(lsc_store_check(store, error));
    lsc_scorer_free(scorer);
    lsc_store_close(store);
}
END_TEST

START_TEST(what_is_not_there_is_not_found)
{
    lsc_store *store = memory_store();
    lsc_lead *lead = make_lead(1, NULL);
    const char *json = "as it was";
    size_t n = 7;
    const lsc_stored_lead *leads;
    ck_fails(lsc_store_get_lead(store, ACME, "lead-1", lead, error), LSC_NOT_FOUND, "lead-1");
    ck_assert_str_eq(lsc_lead_id(lead), "");
    ck_fails(lsc_store_lead_json(store, ACME, "lead-1", &json, &n, error), LSC_NOT_FOUND, "lead-1");
    ck_assert_str_eq(json, "as it was");
    ck_assert_uint_eq(n, 7);
    ck_fails(lsc_store_delete_lead(store, ACME, "lead-1", error), LSC_NOT_FOUND, "lead-1");
    ck_fails(lsc_store_get_lead(store, "nobody", "lead-1", lead, error), LSC_NOT_FOUND,
             "no organization \"nobody\"");
    ck_fails(lsc_store_list_leads(store, "nobody", NULL, &leads, &n, error), LSC_NOT_FOUND,
             "nobody");
    ck_fails(lsc_store_put_lead_json(store, "nobody", "{\"id\": \"x\"}", 11, error), LSC_NOT_FOUND,
             "nobody");
    ck_fails(lsc_store_clear_outcomes(store, ACME, "lead-1", error), LSC_NOT_FOUND, "lead-1");
    lsc_lead_free(lead);
    lsc_store_close(store);
}
END_TEST

START_TEST(ids_have_rules)
{
    lsc_store *store = memory_store();
    lsc_lead *lead = make_lead(1, NULL);
    char id[LSC_MAX_STORE_ID + 2];
    memset(id, 'a', sizeof id);
    id[sizeof id - 1] = '\0';
    ck_ok(lsc_lead_set_id(lead, id, error));
    ck_fails(lsc_store_put_lead(store, ACME, lead, error), LSC_LIMIT, "1025 bytes");
    ck_fails(lsc_store_add_organization(store, id, NULL, error), LSC_LIMIT, "1025 bytes");
    id[LSC_MAX_STORE_ID] = '\0';
    ck_ok(lsc_lead_set_id(lead, id, error));
    ck_ok(lsc_store_put_lead(store, ACME, lead, error));
    ck_ok(lsc_store_get_lead(store, ACME, id, lead, error));
    ck_ok(lsc_store_add_organization(store, id, NULL, error));
    ck_fails(lsc_store_add_organization(store, "", NULL, error), LSC_INVALID_ARG, "is empty");
    ck_fails(lsc_store_add_organization(store, "\xff", NULL, error), LSC_INVALID_ARG, "UTF-8");
    ck_fails(lsc_store_get_lead(store, ACME, NULL, lead, error), LSC_INVALID_ARG, "is NULL");
    ck_fails(lsc_store_put_lead(store, NULL, lead, error), LSC_INVALID_ARG, "organization is NULL");
    lsc_lead_clear(lead);
    ck_fails(lsc_store_put_lead(store, ACME, lead, error), LSC_INVALID_ARG, "id is empty");
    ck_fails(lsc_store_put_lead_json(store, ACME, "{}", 2, error), LSC_BAD_LEAD, "id is missing");
    lsc_lead_free(lead);
    lsc_store_close(store);
}
END_TEST

/* Read all pages of a query, and see that their ids are the numbers that pass. */
static void check_pages(lsc_store *store, lsc_lead_query query, unsigned modulus)
{
    unsigned expected = 0;
    size_t n;
    query.limit = 7;
    do {
        const lsc_stored_lead *leads;
        ck_ok(lsc_store_list_leads(store, ACME, &query, &leads, &n, error));
        for (size_t i = 0; i < n; i++) {
            char id[16];
            snprintf(id, sizeof id, "%03u", expected);
            ck_assert_str_eq(leads[i].id, id);
            expected += modulus;
        }
        query.after = n == 0 ? NULL : leads[n - 1].id;
    } while (n == 7);
    ck_assert_uint_ge(expected, 60);
}

START_TEST(leads_are_listed_page_by_page_with_filters)
{
    lsc_store *store = memory_store();
    const lsc_stored_lead *leads;
    size_t n;
    for (unsigned i = 60; i-- > 0;) {
        char json[200];
        snprintf(json, sizeof json,
                 "{\"id\": \"%03u\", \"status\": \"%s\", \"source\": \"%s\", \"email\": "
                 "\"%u@x.example\"}",
                 i, i % 3 == 0 ? "open" : "lost", i % 2 == 0 ? "ads" : "fair", i);
        ck_ok(lsc_store_put_lead_json(store, ACME, json, strlen(json), error));
        ck_ok(lsc_store_put_lead_json(store, GLOBEX, json, strlen(json), error));
    }
    lsc_lead_query query = LSC_LEAD_QUERY_INIT;
    check_pages(store, query, 1);
    query.status = "open";
    check_pages(store, query, 3);
    query.source = "ads";
    check_pages(store, query, 6);
    query.status = NULL;
    check_pages(store, query, 2);
    query = (lsc_lead_query)LSC_LEAD_QUERY_INIT;
    query.email = "17@X.example";
    ck_ok(lsc_store_list_leads(store, ACME, &query, &leads, &n, error));
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(leads[0].id, "017");
    query.status = "open";
    ck_ok(lsc_store_list_leads(store, ACME, &query, &leads, &n, error));
    ck_assert_uint_eq(n, 0);
    query = (lsc_lead_query)LSC_LEAD_QUERY_INIT;
    query.limit = LSC_MAX_PAGE;
    ck_ok(lsc_store_list_leads(store, ACME, &query, &leads, &n, error));
    ck_assert_uint_eq(n, 60);
    query.limit = LSC_MAX_PAGE + 1;
    ck_fails(lsc_store_list_leads(store, ACME, &query, &leads, &n, error), LSC_LIMIT, "10001");
    lsc_store_close(store);
}
END_TEST

START_TEST(what_a_list_gave_stays_until_the_next_list)
{
    lsc_store *store = memory_store();
    lsc_lead *lead = make_lead(1, NULL);
    const lsc_stored_lead *leads;
    size_t n;
    const char *json;
    size_t length;
    for (unsigned number = 0; number < N_LEADS; number++) {
        put_lead(store, ACME, number);
    }
    ck_ok(lsc_store_list_leads(store, ACME, NULL, &leads, &n, error));
    ck_assert_uint_eq(n, N_LEADS);
    for (size_t i = 0; i < n; i++) {
        ck_ok(lsc_store_get_lead(store, ACME, leads[i].id, lead, error));
        ck_assert_str_eq(lsc_lead_id(lead), leads[i].id);
        ck_ok(lsc_store_lead_json(store, ACME, leads[i].id, &json, &length, error));
        ck_assert_ptr_nonnull(strstr(json, leads[i].id));
        ck_ok(lsc_store_delete_lead(store, ACME, leads[i].id, error));
    }
    ck_assert_int_eq(counts_of(store, ACME).leads, 0);
    lsc_lead_free(lead);
    lsc_store_close(store);
}
END_TEST

START_TEST(organizations_are_listed_page_by_page)
{
    lsc_store *store = memory_store();
    const lsc_stored_organization *organizations;
    size_t n;
    ck_ok(lsc_store_add_organization(store, "initech", "Initech", error));
    ck_ok(lsc_store_list_organizations(store, NULL, 2, &organizations, &n, error));
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(organizations[0].id, ACME);
    ck_assert_str_eq(organizations[0].name, "Acme Corp");
    ck_assert_str_eq(organizations[1].id, GLOBEX);
    ck_assert_ptr_null(organizations[1].name);
    ck_ok(lsc_store_add_organization(store, GLOBEX, "Globex", error));
    ck_ok(lsc_store_add_organization(store, ACME, NULL, error));
    ck_ok(lsc_store_list_organizations(store, organizations[0].id, 0, &organizations, &n, error));
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(organizations[0].name, "Globex");
    ck_assert_str_eq(organizations[1].id, "initech");
    lsc_store_close(store);
}
END_TEST

START_TEST(deleting_a_lead_takes_all_of_it_and_nothing_else)
{
    char sha256[65];
    lsc_store *store = memory_store();
    lsc_scorer *scorer = make_scorer(false);
    const lsc_outcome outcome = {.time_ms = AS_OF, .converted = true};
    put_lead(store, ACME, 1);
    put_lead(store, GLOBEX, 1);
    add_model(store, ACME, false, sha256);
    lsc_store_counts before = counts_of(store, NULL);
    put_lead(store, ACME, 2);
    ck_ok(lsc_store_add_outcome(store, ACME, "lead-2", &outcome, error));
    ck_ok(lsc_store_score_lead(store, ACME, "lead-2", scorer, AS_OF, NULL, error));
    ck_ok(lsc_store_delete_lead(store, ACME, "lead-2", error));
    lsc_store_counts after = counts_of(store, NULL);
    after.bytes = before.bytes;
    ck_assert_mem_eq(&before, &after, sizeof before);
    ck_ok(lsc_store_check(store, error));
    lsc_scorer_free(scorer);
    lsc_store_close(store);
}
END_TEST

LSC_SUITE("store/leads", TEST(a_lead_comes_back_the_same_to_the_hash_of_its_receipt),
          TEST(every_type_of_value_comes_back_to_the_bit),
          TEST(putting_a_lead_again_replaces_its_properties_and_keeps_its_activities),
          TEST(an_e_mail_stands_once_in_an_organization),
          TEST(times_before_1970_are_times_as_any_other), TEST(what_is_not_there_is_not_found),
          TEST(ids_have_rules), TEST(leads_are_listed_page_by_page_with_filters),
          TEST(what_a_list_gave_stays_until_the_next_list),
          TEST(organizations_are_listed_page_by_page),
          TEST(deleting_a_lead_takes_all_of_it_and_nothing_else))
