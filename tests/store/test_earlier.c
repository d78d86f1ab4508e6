#include <leadscore/store.h>

#include "api_support.h"

#include "core/random.h"
#include "store/earlier_rows.h"
#include "store/lead_rows.h"
#include "store/migrations.h"
#include "store/vault.h"

/*
 * Of each score that is kept, what it was made from can be read: the properties and the activities that the
 * lead had. Compared with a plain account of what was done, over random histories.
 */

#define N_STEPS 1500
#define N_LEADS 3
#define N_TIMES 4
#define N_MODELS 2
#define N_VARIANTS 4

/** What a kept score was made from. */
typedef struct account {
    bool kept;
    unsigned variant;
    unsigned n_activities;
} account;

/** A lead, as it is and as it was scored. */
typedef struct told_lead {
    char id[8];
    unsigned variant;
    unsigned n_activities;
    account scores[N_TIMES][N_MODELS];
} told_lead;

typedef struct told_store {
    lsc_store *store;
    lsc_scorer *scorers[N_MODELS];
    told_lead leads[N_LEADS];
    lsc_random random;
} told_store;

static const lsc_store_key keys[3] = {
    {sizeof keys[0], "one", {1}}, {sizeof keys[1], "two", {2}}, {sizeof keys[2], "three", {3}}};

static void add_model(told_store *at, unsigned number)
{
    static const char *const names[N_MODELS] = {"first", "second"};
    void *bundle;
    size_t length;
    char sha256[65];
    lsc_model *model;
    ck_ok(lsc_scorecard_build(names[number], SCORECARD_SPEC, strlen(SCORECARD_SPEC), SCORECARD,
                              strlen(SCORECARD), &bundle, &length, error));
    ck_ok(lsc_store_add_model(at->store, "acme", bundle, length, NULL, sha256, error));
    ck_ok(lsc_store_load_model(at->store, "acme", sha256, NULL, &model, error));
    ck_ok(lsc_scorer_new(model, NULL, &at->scorers[number], error));
    lsc_model_unref(model);
    lsc_bundle_free(bundle);
}

static void put(told_store *at, told_lead *lead, unsigned variant)
{
    char json[80];
    snprintf(json, sizeof json, "{\"id\": \"%s\", \"notes\": \"variant-%u\"}", lead->id, variant);
    ck_ok(lsc_store_put_lead_json(at->store, "acme", json, strlen(json), error));
    lead->variant = variant;
}

static void add_activity(told_store *at, told_lead *lead)
{
    char id[16];
    lsc_activity activity = LSC_ACTIVITY_INIT;
    snprintf(id, sizeof id, "%u", lead->n_activities);
    activity.id = id;
    activity.type = "Page Viewed";
    activity.time_ms = FIRST_DAY;
    ck_ok(lsc_store_add_activities(at->store, "acme", lead->id, &activity, 1, NULL, error));
    lead->n_activities++;
}

static void score(told_store *at, told_lead *lead, unsigned time, unsigned model)
{
    ck_ok(lsc_store_score_lead(at->store, "acme", lead->id, at->scorers[model], AS_OF + time * DAY,
                               NULL, error));
    lead->scores[time][model] = (account){true, lead->variant, lead->n_activities};
}

/* By the first model, which is the active one. */
static void score_all(told_store *at, unsigned time)
{
    lsc_rescoring options = LSC_RESCORING_INIT;
    lsc_model *model;
    options.as_of_ms = AS_OF + time * DAY;
    ck_ok(lsc_store_load_model(at->store, "acme", NULL, NULL, &model, error));
    ck_ok(lsc_store_score_all(at->store, "acme", model, &options, NULL, error));
    lsc_model_unref(model);
    for (size_t i = 0; i < N_LEADS; i++) {
        told_lead *lead = &at->leads[i];
        lead->scores[time][0] = (account){true, lead->variant, lead->n_activities};
    }
}

/* What is read of the store's insides. */

typedef struct reading {
    unsigned variant;
    unsigned n;
} reading;

static unsigned variant_in(const char *properties)
{
    unsigned variant = N_VARIANTS;
    const char *found = strstr(properties, "variant-");
    ck_assert_msg(found != NULL && sscanf(found, "variant-%u", &variant) == 1, "%s", properties);
    return variant;
}

static lsc_status take_earlier(void *ctx, const lsc_earlier_row *row, lsc_error *error)
{
    (void)error;
    ((reading *)ctx)->variant = variant_in(row->properties);
    ((reading *)ctx)->n++;
    return LSC_OK;
}

static lsc_status take_activity(void *ctx, const lsc_activity_row *row, lsc_error *error)
{
    (void)row;
    (void)error;
    ((reading *)ctx)->n++;
    return LSC_OK;
}

static void check_score(told_store *at, const told_lead *lead, int64_t lead_key, int64_t revision,
                        const account *expected)
{
    reading properties = {.variant = lead->variant};
    reading activities = {0};
    bool found;
    ck_ok(lsc_earlier_row_read_at(at->store, lead_key, revision, take_earlier, &properties, &found,
                                  error));
    ck_assert_uint_eq(properties.n, found);
    ck_assert_uint_eq(properties.variant, expected->variant);
    ck_ok(lsc_activity_rows_read_at(at->store, lead_key, revision, take_activity, &activities,
                                    error));
    ck_assert_uint_eq(activities.n, expected->n_activities);
}

/* Kept are as many states as there are that a score was made from, and none of them is today's. */
static void check_number(told_store *at, const told_lead *lead, int64_t lead_key, size_t n_scores)
{
    reading all = {0};
    reading needed = {0};
    ck_ok(lsc_earlier_rows_read(at->store, lead_key, take_earlier, &all, error));
    ck_ok(lsc_earlier_rows_tidy(at->store, lead_key, error));
    ck_ok(lsc_earlier_rows_read(at->store, lead_key, take_earlier, &needed, error));
    ck_assert_uint_eq(all.n, needed.n);
    ck_assert_msg(all.n <= n_scores, "%s: %u of %zu", lead->id, all.n, n_scores);
}

static void check_lead(told_store *at, const told_lead *lead)
{
    static const char sql[] = "SELECT k.as_of, m.name, k.revision, k.lead_key FROM lead_scores k"
                              " JOIN scoring_models m ON m.key = k.model_key"
                              " JOIN leads l ON l.key = k.lead_key WHERE l.external_id = ?1";
    lsc_query *query;
    lsc_status status = LSC_OK;
    int64_t lead_key = 0;
    size_t n = 0;
    ck_ok(lsc_query_begin(at->store->database, sql, &query, error));
    lsc_query_set_text(query, 1, lead->id);
    while (lsc_query_next(query, &status, NULL)) {
        size_t length;
        size_t time = (size_t)((lsc_query_int(query, 0) - AS_OF) / DAY);
        size_t model = strcmp(lsc_query_text(query, 1, &length), "second") == 0;
        const account *expected = &lead->scores[time][model];
        lead_key = lsc_query_int(query, 3);
        ck_assert(expected->kept);
        check_score(at, lead, lead_key, lsc_query_int(query, 2), expected);
        n++;
    }
    ck_ok(lsc_query_end(query, status, error));
    if (n > 0) {
        check_number(at, lead, lead_key, n);
    }
}

static unsigned pick(told_store *at, unsigned below)
{
    return (unsigned)lsc_random_below(&at->random, below);
}

static void do_something(told_store *at)
{
    told_lead *lead = &at->leads[pick(at, N_LEADS)];
    const lsc_consent consent = {sizeof consent, LSC_CONSENT_PROFILING, true, AS_OF, NULL};
    switch (pick(at, 12)) {
    case 0:
    case 1:
    case 2:
        put(at, lead, pick(at, N_VARIANTS));
        break;
    case 3:
    case 4:
        add_activity(at, lead);
        break;
    case 5:
        ck_ok(lsc_store_set_consent(at->store, "acme", lead->id, &consent, error));
        break;
    case 6:
        score_all(at, pick(at, N_TIMES));
        break;
    default:
        score(at, lead, pick(at, N_TIMES), pick(at, N_MODELS));
    }
}

static lsc_store *open_store(const char *path, const lsc_store_key *key)
{
    lsc_store *store;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.key = key;
    options.create = true;
    ck_ok(lsc_store_open(path, &options, &store, error));
    return store;
}

/* @param path  NULL: in memory */
static void begin_in(told_store *at, const char *path, const lsc_store_key *key, unsigned seed)
{
    *at = (told_store){.store = open_store(path, key)};
    lsc_random_seed(&at->random, seed);
    ck_ok(lsc_store_add_organization(at->store, "acme", NULL, error));
    for (unsigned i = 0; i < N_MODELS; i++) {
        add_model(at, i);
    }
    const lsc_stored_model *models;
    size_t n;
    ck_ok(lsc_store_list_models(at->store, "acme", &models, &n, error));
    ck_ok(lsc_store_activate_model(at->store, "acme", models[0].sha256, true, error));
    for (unsigned i = 0; i < N_LEADS; i++) {
        snprintf(at->leads[i].id, sizeof at->leads[i].id, "lead-%u", i);
        put(at, &at->leads[i], 0);
    }
}

static void begin(told_store *at, const lsc_store_key *key, unsigned seed)
{
    begin_in(at, NULL, key, seed);
}

static void end(told_store *at)
{
    ck_ok(lsc_store_check(at->store, error));
    for (unsigned i = 0; i < N_MODELS; i++) {
        lsc_scorer_free(at->scorers[i]);
    }
    lsc_store_close(at->store);
}

static void check_histories(const lsc_store_key *key, unsigned seed)
{
    told_store at;
    begin(&at, key, seed);
    for (unsigned step = 0; step < N_STEPS; step++) {
        do_something(&at);
        if (step % 5 == 0 || step > N_STEPS - 20) {
            for (unsigned i = 0; i < N_LEADS; i++) {
                check_lead(&at, &at.leads[i]);
            }
        }
        if (step % 300 == 299 && key != NULL) {
            ck_ok(lsc_store_rekey(at.store, &keys[1 + step / 300 % 2], error));
        }
    }
    end(&at);
}

START_TEST(what_a_kept_score_was_made_from_can_be_read)
{
    check_histories(NULL, 1);
    check_histories(NULL, 2);
}
END_TEST

START_TEST(what_a_kept_score_was_made_from_is_sealed_and_changes_its_key)
{
    check_histories(&keys[0], 3);
}
END_TEST

static lsc_database *open_file(const char *path)
{
    lsc_database *database;
    ck_ok(lsc_database_open(path, LSC_ACCESS_CREATE, 1000, lsc_default_allocator(), &database,
                            error));
    return database;
}

static int64_t number(lsc_database *database, const char *sql)
{
    int64_t found = -1;
    ck_ok(lsc_database_number(database, sql, &found, error));
    return found;
}

static int64_t n_kept(const told_store *at)
{
    return number(at->store->database, "SELECT count(*) FROM earlier_properties");
}

/* A lead that is changed a thousand times between two scores takes no more room than one that is once. */
START_TEST(properties_that_no_score_was_made_from_are_not_kept)
{
    told_store at;
    begin(&at, NULL, 4);
    told_lead *lead = &at.leads[0];
    for (unsigned i = 0; i < 10; i++) {
        put(&at, lead, i % N_VARIANTS);
    }
    ck_assert_int_eq(n_kept(&at), 0); /* it was never scored */
    score(&at, lead, 0, 0);
    for (unsigned i = 0; i < 10; i++) {
        put(&at, lead, i % N_VARIANTS);
    }
    ck_assert_int_eq(n_kept(&at), 1);
    score(&at, lead, 1, 0);
    score(&at, lead, 2, 1);
    put(&at, lead, 0);
    ck_assert_int_eq(n_kept(&at), 2);
    for (unsigned i = 0; i < 10; i++) { /* scores that take each other's place */
        score(&at, lead, 1, 0);
        put(&at, lead, i % 2 + 1);
    }
    ck_assert_int_eq(n_kept(&at), 3); /* of time 0, of time 2, of time 1 the last */
    ck_ok(lsc_store_delete_lead(at.store, "acme", lead->id, error));
    ck_assert_int_eq(n_kept(&at), 0);
    end(&at);
}
END_TEST

/* A score that takes another's place lets go of what that one alone was made from. */
START_TEST(properties_go_with_the_last_score_that_was_made_from_them)
{
    told_store at;
    begin(&at, NULL, 5);
    told_lead *lead = &at.leads[0];
    score(&at, lead, 0, 0);
    score(&at, lead, 1, 0);
    put(&at, lead, 1);
    ck_assert_int_eq(n_kept(&at), 1);
    score(&at, lead, 0, 0);
    ck_assert_int_eq(n_kept(&at), 1); /* the score of time 1 is still of them */
    score_all(&at, 1);
    ck_assert_int_eq(n_kept(&at), 0);
    end(&at);
}
END_TEST

/* A change of data keys under the same key that gets as far as the keys. */
static void begin_rekey(lsc_store *store)
{
    lsc_known_key known;
    ck_ok(lsc_store_read_key(&keys[0], &known, error));
    ck_ok(lsc_change_begin(store->database, error));
    ck_ok(lsc_vault_ready(store, error));
    ck_ok(lsc_vault_renew(store, &known, error));
    ck_ok(lsc_change_end(store->database, LSC_OK, error));
}

/* Properties that are kept were opened by the keys of before: those of now are taken first. */
START_TEST(a_lead_is_changed_while_another_connection_changes_the_keys)
{
    char path[4200];
    told_store at;
    snprintf(path, sizeof path, "%s/meanwhile.store", lsc_test_folder());
    begin_in(&at, path, &keys[0], 6);
    told_lead *lead = &at.leads[0];
    score(&at, lead, 0, 0);
    lsc_store *other = open_store(path, &keys[0]);
    begin_rekey(other);
    put(&at, lead, 1);
    check_lead(&at, lead);
    ck_assert_int_eq(n_kept(&at), 1);
    ck_ok(lsc_store_rekey(other, NULL, error));
    lsc_store_close(other);
    check_lead(&at, lead);
    end(&at);
}
END_TEST

/*
 * A lead of the third version that was scored: what is changed afterwards is told from what its score was
 * made from, whether it stood in the queue already or not.
 */
START_TEST(scores_of_the_third_version_know_what_they_were_made_from)
{
    static const char later[] =
        "{\"id\": \"a\", \"notes\": \"new\", \"activities\": [{\"id\": \"2\","
        " \"source\": \"s\", \"type\": \"t\", \"time\": \"2025-05-01\"}]}";
    for (int queued = 0; queued < 2; queued++) {
        char path[4200];
        snprintf(path, sizeof path, "%s/third-%d.store", lsc_test_folder(), queued);
        char sql[1200];
        lsc_database *database = open_file(path);
        ck_ok(lsc_migrate(database, lsc_store_steps, 3, error));
        snprintf(
            sql, sizeof sql,
            "INSERT INTO organizations VALUES (1, 'u', 'acme', 'Acme');"
            "INSERT INTO leads (key, organization_key, uuid, external_id, properties)"
            " VALUES (7, 1, 'v', 'a', '{\"notes\":\"old\"}');"
            "INSERT INTO lead_activities VALUES (7, 's', '1', 't', 5, 5, 0, '{}', NULL);"
            "INSERT INTO model_bytes VALUES (zeroblob(32), x'00');"
            "INSERT INTO scoring_models VALUES (1, 1, 'w', zeroblob(32), zeroblob(32), 'm', '1',"
            " 'composite', 1, 0);"
            "INSERT INTO lead_scores VALUES (7, 9, 1, 0, 50, 67, 0.5, 0.4, 0.6, 0.8, 0, 0.5, NULL,"
            " 50, '{}', zeroblob(32), zeroblob(32), '0');"
            "INSERT INTO score_queue VALUES (7, 1, %d, 9);",
            queued ? 0 : 1);
        ck_ok(lsc_database_run(database, sql, error));
        lsc_database_close(database);
        lsc_store *store;
        ck_ok(lsc_store_open(path, NULL, &store, error));
        ck_ok(lsc_store_put_lead_json(store, "acme", later, strlen(later), error));
        lsc_store_close(store);
        database = open_file(path);
        ck_assert_int_eq(number(database, "SELECT revision FROM lead_scores"), 0);
        ck_assert_int_ge(number(database, "SELECT revision FROM earlier_properties"
                                          " WHERE properties LIKE '%old%'"),
                         0);
        ck_assert_int_eq(number(database, "SELECT group_concat(coalesce(revision, 0) > 0, '')"
                                          " FROM lead_activities"),
                         1);
        lsc_database_close(database);
    }
}
END_TEST

LSC_SUITE("store/earlier", TEST(what_a_kept_score_was_made_from_can_be_read),
          TEST(what_a_kept_score_was_made_from_is_sealed_and_changes_its_key),
          TEST(properties_that_no_score_was_made_from_are_not_kept),
          TEST(properties_go_with_the_last_score_that_was_made_from_them),
          TEST(a_lead_is_changed_while_another_connection_changes_the_keys),
          TEST(scores_of_the_third_version_know_what_they_were_made_from))
