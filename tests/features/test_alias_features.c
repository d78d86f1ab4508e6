/*
 * A lead by its own names and by those of another system: the same hash, and the same features to the
 * bit. Leads are random; a failure names the table and the seed.
 */
#include "core/buffer.h"
#include "core/hash.h"
#include "core/random.h"
#include "lead/alias_lookup.h"
#include "spec_helpers.h"

#define N_SEEDS 400
#define AS_OF INT64_C(1775001600000) /* 2026-04-01 */

/* Properties of a lead, each with values as JSON. */
static const struct {
    const char *name;
    const char *values[4];
} properties[] = {
    {"id", {"\"L-1\"", "512", "\"00Q5g\"", "7"}},
    {"email", {"\"ada@engines.example\"", "\"a@gmail.com\"", "\"\"", "\"x\""}},
    {"first_name", {"\"Ada\"", "\"\"", "null", "\"Zoë\""}},
    {"last_name", {"\"Lovelace\"", "\"\"", "null", "\"B\""}},
    {"job_title", {"\"CTO\"", "\"VP Engineering\"", "\"Intern\"", "7"}},
    {"phone", {"\"+41 44\"", "\"1\"", "41", "\"\""}},
    {"company.name", {"\"Engines AG\"", "\"B\"", "\"\"", "1"}},
    {"company.industry", {"\"software\"", "\"Retail\"", "\"\"", "\"bank\""}},
    {"company.employee_count", {"120", "\"120\"", "\"5-25\"", "1e6"}},
    {"company.annual_revenue", {"18000000", "\"2.5e6\"", "0", "-1"}},
    {"address.country", {"\"CH\"", "\"Switzerland\"", "\"US\"", "\"\""}},
    {"address.state", {"\"ZH\"", "\"California\"", "\"\"", "8"}},
    {"address.city", {"\"Bern\"", "\"Zürich\"", "\"\"", "\"B\""}},
    {"source", {"\"webinar\"", "\"ORGANIC_SEARCH\"", "\"\"", "1"}},
    {"status", {"\"open\"", "\"NEW\"", "\"\"", "true"}},
    {"created_at", {"\"2026-01-15\"", "1768469400000", "\"\"", "\"2026-01-15T09:30:00.5+02:00\""}},
    {"favourite_color", {"\"green\"", "[\"a\", \"b\"]", "false", "7"}},
};

#define N_PROPERTIES (sizeof properties / sizeof properties[0])

/* The name by which a table knows a property: any of its own, or the library's. */
static const char *name_in(const lsc_alias_table *table, const char *ours, lsc_random *random)
{
    const char *chosen = ours;
    uint64_t n = 1;
    for (size_t i = 0; i < table->n; i++) {
        if (strcmp(table->entries[i].ours, ours) == 0 && lsc_random_below(random, ++n) != 0) {
            chosen = table->entries[i].theirs;
        }
    }
    return chosen;
}

/* A name that counts less than the one chosen, with another value: it must change nothing. */
static void put_rival(const lsc_alias_table *table, const char *chosen, lsc_buffer *out)
{
    size_t rank;
    size_t rival;
    const char *ours = lsc_alias_resolve(table, chosen, &rank);
    for (size_t i = 0; i < table->n; i++) {
        const lsc_alias *entry = &table->entries[i];
        lsc_alias_resolve(table, entry->theirs, &rival);
        if (strcmp(entry->ours, ours) == 0 && rival > rank) {
            lsc_buffer_append_format(out, ", \"%s\": \"2020-02-02\"", entry->theirs);
            return;
        }
    }
}

/* The lead of a seed: by its own names, or by those of a table. */
static void write_lead(uint64_t seed, const lsc_alias_table *table, lsc_buffer *out)
{
    lsc_random values;
    lsc_random names;
    lsc_random_seed(&values, seed);
    lsc_random_seed(&names, seed + 1000000);
    const bool wrapped = table != NULL && table->wrapper_length > 0 && seed % 2 == 0;
    lsc_buffer_clear(out);
    lsc_buffer_append_text(out,
                           wrapped ? "{\"properties\": {\"unused\": null" : "{\"unused\": null");
    for (size_t i = 0; i < N_PROPERTIES; i++) {
        const uint64_t which = lsc_random_below(&values, 6);
        if (which >= 4) {
            continue;
        }
        const char *value = properties[i].values[which];
        const char *name =
            table == NULL ? properties[i].name : name_in(table, properties[i].name, &names);
        lsc_buffer_append_format(out, ", \"%s\": %s", name, value);
        const bool missing = strcmp(value, "null") == 0 || strcmp(value, "\"\"") == 0;
        if (table != NULL && !missing && lsc_random_below(&names, 3) == 0) {
            put_rival(table, name, out);
        }
    }
    lsc_buffer_append_text(out, wrapped ? "}}" : "}");
}

/* The same as traits, in the middle of the history. */
static void write_traits(const lsc_buffer *lead, lsc_buffer *out)
{
    lsc_buffer_clear(out);
    lsc_buffer_append_text(out, "[{\"id\": \"i\", \"type\": \"identify\", "
                                "\"time\": 1770000000000, \"data\": ");
    lsc_buffer_append(out, lead->data, lead->length);
    lsc_buffer_append_text(out, "}, {\"id\": \"e\", \"type\": \"Email Opened\", "
                                "\"time\": 1771000000000}]");
}

/* What is compared. */
typedef struct seen {
    float columns[512];
    uint8_t hash[LSC_HASH_SIZE];
} seen;

typedef struct looking {
    lsc_spec *spec;
    lsc_hash *hash;
    lsc_buffer json;
    lsc_buffer traits;
} looking;

static void look(looking *at, lsc_lead *lead, const lsc_alias_table *table, uint64_t seed,
                 seen *what)
{
    memset(what, 0, sizeof *what);
    write_lead(seed + 7, table, &at->json);
    write_traits(&at->json, &at->traits);
    write_lead(seed, table, &at->json);
    ck_ok(lsc_lead_parse_json(lead, at->json.data, at->json.length, error));
    ck_ok(lsc_lead_add_activities_json(lead, at->traits.data, at->traits.length, error));
    ck_ok(lsc_spec_extract(at->spec, lead, AS_OF, what->columns, lsc_spec_n_columns(at->spec),
                           error));
    lsc_hash_begin(at->hash);
    lsc_lead_hash(lead, AS_OF, at->hash);
    lsc_hash_end(at->hash, what->hash);
}

START_TEST(features_are_the_same_by_own_names_and_by_those_of_a_system)
{
    static seen own;
    static seen other;
    const lsc_allocator none = {NULL, NULL, NULL, NULL};
    lsc_allocator allocator;
    looking at = {.spec = NULL};
    lsc_lead *lead;
    ck_ok(lsc_allocator_resolve(&none, &allocator, error));
    lsc_buffer_init(&at.json, &allocator);
    lsc_buffer_init(&at.traits, &allocator);
    ck_ok(lsc_spec_default(NULL, &at.spec, error));
    ck_assert_uint_le(lsc_spec_n_columns(at.spec), 512);
    ck_ok(lsc_hash_new(&at.hash, error));
    ck_ok(lsc_lead_new(NULL, &lead, error));
    for (const lsc_named_aliases *table = lsc_alias_tables; table->name != NULL; table++) {
        lsc_aliases *aliases;
        ck_ok(lsc_aliases_named(table->name, NULL, &aliases, error));
        for (uint64_t seed = 0; seed < N_SEEDS; seed++) {
            ck_ok(lsc_lead_set_aliases(lead, NULL, error));
            look(&at, lead, NULL, seed, &own);
            ck_ok(lsc_lead_set_aliases(lead, aliases, error));
            look(&at, lead, &table->table, seed, &other);
            ck_assert_msg(memcmp(&own, &other, sizeof own) == 0, "%s, seed %d: %s", table->name,
                          (int)seed, at.json.data);
        }
        lsc_aliases_unref(aliases);
    }
    lsc_lead_free(lead);
    lsc_hash_free(at.hash);
    lsc_spec_unref(at.spec);
    lsc_buffer_free(&at.json);
    lsc_buffer_free(&at.traits);
}
END_TEST

LSC_SUITE("features/alias_features",
          TEST(features_are_the_same_by_own_names_and_by_those_of_a_system))
