/* A source that keeps what it read: it gives the same again, and reads once or, past its limit, always. */
#include "lead/kept_lead.h"
#include "lead_tools.h"

enum {
    N_LEADS = 4
};

/* Leads of all kinds, which are read into one and the same lead, as files are. */
typedef struct shelf {
    lsc_lead *lead;
    lsc_outcome outcomes[2];
    int n_leads;
    int at;
    int n_rewinds;
    int fail_at; /* that lead cannot be read; 0: all can */
} shelf;

static lsc_status fill_lead(const shelf *from, lsc_error *error)
{
    static const char first[] =
        "{\"id\": \"L1\", \"company\": {\"technologies\": [\"x\", \"sql\"]}, \"size\": 7.5, "
        "\"big\": true,"
        " \"activities\": ["
        "{\"id\": \"2\", \"type\": \"Page Viewed\", \"time\": 20, \"data\": {\"path\": \"/a\"}},"
        "{\"id\": \"1\", \"type\": \"Page Viewed\", \"time\": 10, \"source\": \"web\", \"bot\": "
        "true,"
        " \"data\": {\"path\": \"/b\", \"seconds\": 3}},"
        "{\"id\": \"3\", \"type\": \"identify\", \"time\": 15, \"recorded_time\": 25,"
        " \"data\": {\"size\": 9}}]}";
    static const char third[] =
        "{\"id\": \"L3\", \"size\": \"7\", \"activities\": ["
        "{\"id\": \"1\", \"type\": \"Page Viewed\", \"time\": 10, \"data\": {\"path\": \"/c\"}}]}";
    static const char *const leads[] = {first, "{\"id\": \"L2\"}", third};
    if (from->at <= 3) {
        const char *json = leads[from->at - 1];
        return lsc_lead_parse_json(from->lead, json, strlen(json), error);
    }
    lsc_lead_clear(from->lead);
    lsc_status status = lsc_test_cell(from->lead, "first_name", "of a table", error);
    lsc_lead_withdraw(from->lead);
    return status;
}

static lsc_status shelf_next(void *ctx, lsc_record *record, bool *more, lsc_error *error)
{
    shelf *from = ctx;
    *more = from->at < from->n_leads;
    if (!*more) {
        return LSC_OK;
    }
    if (++from->at == from->fail_at) {
        error->status = LSC_IO;
        return LSC_IO;
    }
    from->outcomes[0] = (lsc_outcome){from->at, false};
    from->outcomes[1] = (lsc_outcome){from->at + 100, true};
    *record = (lsc_record){from->lead, from->outcomes, (size_t)(from->at % 3), from->at + 1000};
    return fill_lead(from, error);
}

static lsc_status shelf_rewind(void *ctx, lsc_error *error)
{
    shelf *from = ctx;
    (void)error;
    from->at = 0;
    from->n_rewinds++;
    return LSC_OK;
}

static const char *shelf_property(void *ctx, size_t number)
{
    (void)ctx;
    return number == 0 ? "size" : NULL;
}

static lsc_source *shelf_open(shelf *from, int n_leads)
{
    const lsc_source_calls calls = {.size = sizeof calls,
                                    .next = shelf_next,
                                    .rewind = shelf_rewind,
                                    .has_times = true,
                                    .property = shelf_property,
                                    .repeats = true};
    lsc_source *source;
    *from = (shelf){.lead = lsc_test_new_lead(), .n_leads = n_leads};
    ck_ok(lsc_source_new(&calls, from, NULL, &source, error));
    return source;
}

static lsc_source *keep(lsc_source *from, size_t max_bytes)
{
    lsc_source *source;
    ck_ok(lsc_source_keep(from, max_bytes, lsc_default_allocator(), &source, error));
    return source;
}

/* All that a source gives of a lead, at a time when a part of it is visible, and at the end. */
typedef struct seen {
    char middle[LSC_HASH_TEXT_SIZE];
    char end[LSC_HASH_TEXT_SIZE];
    char id[8];
    char size[LSC_VALUE_TEXT_SIZE];
    lsc_outcome outcomes[2];
    size_t n_outcomes;
    int64_t position;
    size_t n_identify;
    bool has_name;
    bool has_alias; /* by another system's name, which no row of a table has */
} seen;

static seen look(const lsc_record *record)
{
    seen one = {.n_outcomes = record->n_outcomes, .position = record->position};
    strcpy(one.middle, lsc_test_hash(record->lead, 12));
    strcpy(one.end, lsc_test_hash(record->lead, LSC_TIME_MAX));
    strcpy(one.id, lsc_lead_id(record->lead));
    const lsc_value *size = lsc_test_value(record->lead, "size");
    if (size != NULL) {
        char scratch[LSC_VALUE_TEXT_SIZE];
        strcpy(one.size, lsc_value_text(size, scratch));
    }
    memcpy(one.outcomes, record->outcomes, record->n_outcomes * sizeof one.outcomes[0]);
    one.n_identify = lsc_lead_n_identify(record->lead);
    one.has_name = lsc_test_value(record->lead, "first_name") != NULL;
    one.has_alias = lsc_test_value(record->lead, "firstname") != NULL;
    return one;
}

static size_t read_all(lsc_source *source, seen leads[N_LEADS])
{
    lsc_record record;
    bool more = true;
    size_t n = 0;
    memset(leads, 0, N_LEADS * sizeof *leads);
    ck_ok(lsc_source_rewind(source, error));
    for (;;) {
        ck_ok(lsc_source_next(source, &record, &more, error));
        if (!more) {
            return n;
        }
        ck_assert_uint_lt(n, N_LEADS);
        leads[n++] = look(&record);
    }
}

static void check_same(const seen *a, const seen *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ck_assert_str_eq(a[i].middle, b[i].middle);
        ck_assert_str_eq(a[i].end, b[i].end);
        ck_assert_str_eq(a[i].id, b[i].id);
        ck_assert_str_eq(a[i].size, b[i].size);
        ck_assert_uint_eq(a[i].n_outcomes, b[i].n_outcomes);
        ck_assert_mem_eq(a[i].outcomes, b[i].outcomes, sizeof a[i].outcomes);
        ck_assert_int_eq(a[i].position, b[i].position);
        ck_assert_uint_eq(a[i].n_identify, b[i].n_identify);
        ck_assert_int_eq(a[i].has_name, b[i].has_name);
        ck_assert_int_eq(a[i].has_alias, b[i].has_alias);
    }
}

START_TEST(what_was_kept_comes_again_without_reading)
{
    shelf from;
    seen given[N_LEADS];
    seen again[N_LEADS];
    lsc_source *source = shelf_open(&from, N_LEADS);
    ck_assert_uint_eq(read_all(source, given), N_LEADS);
    ck_assert_str_eq(given[0].size, "9");
    ck_assert_uint_eq(given[0].n_identify, 1);
    ck_assert(given[3].has_name);
    ck_assert(!given[3].has_alias);
    ck_assert_str_ne(given[0].middle, given[0].end);
    from.n_rewinds = 0;
    lsc_source *kept = keep(source, 1 << 20);
    ck_assert(lsc_source_has_times(kept));
    ck_assert(lsc_source_repeats(kept));
    ck_assert_str_eq(lsc_source_property(kept, 0), "size");
    for (int round = 0; round < 4; round++) {
        ck_assert_uint_eq(read_all(kept, again), N_LEADS);
        check_same(given, again, N_LEADS);
        ck_assert_int_eq(from.n_rewinds, 1);
    }
    lsc_source_free(kept);
    lsc_source_free(source);
    lsc_lead_free(from.lead);
}
END_TEST

/* How often the source behind is read in three rounds. */
static int count_readings(size_t max_bytes)
{
    shelf from;
    seen given[N_LEADS];
    seen again[N_LEADS];
    lsc_source *source = shelf_open(&from, N_LEADS);
    read_all(source, given);
    from.n_rewinds = 0;
    lsc_source *kept = keep(source, max_bytes);
    for (int round = 0; round < 3; round++) {
        ck_assert_uint_eq(read_all(kept, again), N_LEADS);
        check_same(given, again, N_LEADS);
    }
    lsc_source_free(kept);
    lsc_source_free(source);
    lsc_lead_free(from.lead);
    return from.n_rewinds;
}

/* What the leads take. */
static size_t count_bytes(void)
{
    shelf from;
    lsc_record record;
    lsc_lead_keeper keeper;
    bool more;
    lsc_source *source = shelf_open(&from, N_LEADS);
    lsc_lead_keeper_init(&keeper, lsc_default_allocator());
    for (int i = 0; i < N_LEADS; i++) {
        ck_ok(lsc_source_next(source, &record, &more, error));
        lsc_lead_settle(record.lead);
        ck_ok(lsc_lead_keep(&keeper, &record, error));
    }
    size_t n_bytes = lsc_lead_keeper_bytes(&keeper);
    lsc_lead_keeper_free(&keeper);
    ck_assert_uint_eq(lsc_lead_keeper_bytes(&keeper), 0);
    lsc_source_free(source);
    lsc_lead_free(from.lead);
    return n_bytes;
}

START_TEST(past_the_limit_nothing_is_kept_and_all_is_read_each_time)
{
    const size_t n_bytes = count_bytes();
    /* Four leads with eight fields and four events, and texts. */
    ck_assert_uint_gt(n_bytes,
                      4 * sizeof(lsc_kept_lead) + 8 * sizeof(lsc_field) + 4 * sizeof(lsc_event));
    /* They fit in the arena's first block, and their texts in the map's. */
    ck_assert_uint_lt(n_bytes, 20000);
    ck_assert_int_eq(count_readings(n_bytes), 1);
    ck_assert_int_eq(count_readings(n_bytes - 1), 3);
    ck_assert_int_eq(count_readings(0), 3);
}
END_TEST

/* Bytes that an allocator has given out, each block with its size in front. */
typedef struct held_bytes {
    size_t now;
    size_t most;
} held_bytes;

enum {
    IN_FRONT = 16
};

static void *hold(void *block, size_t size, void *ctx)
{
    held_bytes *held = ctx;
    size_t before = 0;
    char *begin = block == NULL ? NULL : (char *)block - IN_FRONT;
    if (begin != NULL) {
        memcpy(&before, begin, sizeof before);
    }
    begin = realloc(begin, size + IN_FRONT);
    memcpy(begin, &size, sizeof size);
    held->now += size - before;
    held->most = held->now > held->most ? held->now : held->most;
    return begin + IN_FRONT;
}

static void *hold_new(size_t size, void *ctx)
{
    return hold(NULL, size, ctx);
}

static void let_go(void *block, void *ctx)
{
    size_t size;
    memcpy(&size, (char *)block - IN_FRONT, sizeof size);
    ((held_bytes *)ctx)->now -= size;
    free((char *)block - IN_FRONT);
}

/* A text of which an arena's block holds one, and not two. */
static lsc_status long_next(void *ctx, lsc_record *record, bool *more, lsc_error *error)
{
    static char text[9000];
    shelf *from = ctx;
    *more = from->at < from->n_leads;
    if (!*more) {
        return LSC_OK;
    }
    memset(text, 'x', sizeof text - 1);
    lsc_lead_clear(from->lead);
    *record = (lsc_record){from->lead, NULL, 0, ++from->at};
    return lsc_lead_set_text(from->lead, "note", text, error);
}

START_TEST(what_is_kept_takes_no_more_memory_than_its_limit)
{
    enum {
        LIMIT = 1000000
    };
    const lsc_source_calls calls = {
        .size = sizeof calls, .next = long_next, .rewind = shelf_rewind};
    shelf from = {.lead = lsc_test_new_lead(), .n_leads = 100};
    held_bytes held = {0, 0};
    const lsc_allocator counting = {hold_new, hold, let_go, &held};
    lsc_source *source;
    lsc_source *kept;
    lsc_record record;
    bool more = true;
    ck_ok(lsc_source_new(&calls, &from, NULL, &source, error));
    ck_ok(lsc_source_keep(source, LIMIT, &counting, &kept, error));
    /* The source itself, and the lead that did not fit any more. */
    const size_t besides = held.now + 20000;
    while (more) {
        ck_ok(lsc_source_next(kept, &record, &more, error));
    }
    ck_assert_uint_gt(held.most, LIMIT);
    ck_assert_uint_le(held.most, LIMIT + besides);
    lsc_source_free(kept);
    ck_assert_uint_eq(held.now, 0);
    lsc_source_free(source);
    lsc_lead_free(from.lead);
}
END_TEST

START_TEST(what_was_read_in_part_is_read_again)
{
    shelf from;
    seen given[N_LEADS];
    seen again[N_LEADS];
    lsc_record record;
    bool more;
    lsc_source *source = shelf_open(&from, N_LEADS);
    read_all(source, given);
    lsc_source *kept = keep(source, 1 << 20);
    ck_ok(lsc_source_rewind(kept, error));
    ck_ok(lsc_source_next(kept, &record, &more, error));
    ck_assert_uint_eq(read_all(kept, again), N_LEADS);
    check_same(given, again, N_LEADS);
    ck_assert_int_eq(from.n_rewinds, 3);
    ck_assert_uint_eq(read_all(kept, again), N_LEADS);
    ck_assert_int_eq(from.n_rewinds, 3);
    lsc_source_free(kept);
    lsc_source_free(source);
    lsc_lead_free(from.lead);
}
END_TEST

START_TEST(what_could_not_be_read_is_not_kept)
{
    shelf from;
    seen again[N_LEADS];
    lsc_record record;
    bool more;
    lsc_source *source = shelf_open(&from, N_LEADS);
    lsc_source *kept = keep(source, 1 << 20);
    from.fail_at = 2;
    ck_ok(lsc_source_next(kept, &record, &more, error));
    ck_fails(lsc_source_next(kept, &record, &more, error), LSC_IO, "");
    from.fail_at = 0;
    ck_assert_uint_eq(read_all(kept, again), N_LEADS);
    ck_assert_uint_eq(read_all(kept, again), N_LEADS);
    ck_assert_int_eq(from.n_rewinds, 1);
    lsc_source_free(kept);
    lsc_source_free(source);
    lsc_lead_free(from.lead);
}
END_TEST

START_TEST(a_source_of_no_leads_stays_so)
{
    shelf from;
    seen none[N_LEADS];
    lsc_source *source = shelf_open(&from, 0);
    lsc_source *kept = keep(source, 0);
    ck_assert_uint_eq(read_all(kept, none), 0);
    ck_assert_uint_eq(read_all(kept, none), 0);
    ck_assert_int_eq(from.n_rewinds, 1);
    lsc_source_free(kept);
    lsc_source_free(source);
    lsc_lead_free(from.lead);
}
END_TEST

LSC_SUITE("lead/source_kept", TEST(what_was_kept_comes_again_without_reading),
          TEST(past_the_limit_nothing_is_kept_and_all_is_read_each_time),
          TEST(what_is_kept_takes_no_more_memory_than_its_limit),
          TEST(what_was_read_in_part_is_read_again), TEST(what_could_not_be_read_is_not_kept),
          TEST(a_source_of_no_leads_stays_so))
