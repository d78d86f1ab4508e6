/*
 * What kill_store.py kills: a program that changes a store and says on standard output, a line each,
 * what it is about to do and what was acknowledged. A host as any other: it sees the public headers.
 *
 *     kill_writer write STORE SEED [PLANT]       change leads without end
 *     kill_writer ingest STORE LEADS ACTIVITIES  take files in, batch after batch
 *     kill_writer open STORE                     make it, or bring it up to date
 *     kill_writer rekey STORE OLD NEW            encrypt it with another key; 0: go on with that
 *     kill_writer list STORE [KEY]               look it over, read all leads, and say what it holds
 *
 * A key is told by a number from 1 to 255; 0 is none.
 *
 * A lead at version V has the property "version": V and V activities, of the ids 1 to V; without a lead it
 * is at version 0. "T 3:5 7:0" is said before leads 3 and 7 are brought to versions 5 and 0 in one
 * transaction, "A" when that was acknowledged.
 *
 * PLANT is a fault of the writer's that has to be found: "early" says "A" before the transaction has ended,
 * "torn" makes one of each lead, "twice" adds an activity by two ids.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <leadscore/leadscore.h>
#include <leadscore/store.h>

#define ORGANIZATION "acme"
#define N_LEADS 40
#define MAX_GROUP 4
/** Activities of a lead before it is deleted. */
#define MAX_VERSION 9
/** Bytes of the property that makes pages fill up. */
#define MAX_NOTES 4000
/** Batches are small, so that there are many. */
#define BATCH 20

/** The leads of a transaction, and what they are brought to. */
typedef struct group {
    int leads[MAX_GROUP];
    int versions[MAX_GROUP];
    int n;
} group;

typedef struct writer {
    const char *path;
    lsc_store *store;
    unsigned long state; /* of the dice */
    int versions[N_LEADS];
    const char *plant;
} writer;

static void need(lsc_status status, const lsc_error *error)
{
    if (status != LSC_OK) {
        fprintf(stderr, "kill_writer: %s: %s\n", lsc_status_name(status), error->message);
        exit(1);
    }
}

/** One write, which is whole or not at all. */
static void say(const char *line)
{
    const size_t length = strlen(line);
    if (write(STDOUT_FILENO, line, length) != (ssize_t)length) {
        exit(1);
    }
}

/** Of stores that are opened from now on. */
static lsc_store_key store_key = LSC_STORE_KEY_INIT;

static void set_key(lsc_store_key *key, const char *number)
{
    memset(key->bytes, (unsigned char)atoi(number), sizeof key->bytes);
}

static lsc_store *open_store(const char *path, bool create)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_store *store = NULL;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.create = create;
    options.key = store_key.bytes[0] != 0 ? &store_key : NULL;
    need(lsc_store_open(path, &options, &store, &error), &error);
    return store;
}

/** A number below `below`. */
static int roll(writer *at, int below)
{
    at->state = (at->state * 1103515245UL + 12345UL) & 0x7fffffffUL;
    return (int)((at->state >> 8) % (unsigned long)below);
}

static bool is_planted(const writer *at, const char *plant)
{
    return strcmp(at->plant, plant) == 0;
}

/* What a lead is at. */

/** The property of a lead that is there. */
static int version_of(lsc_store *store, const char *id)
{
    static const char name[] = "\"version\":";
    lsc_error error = LSC_ERROR_INIT;
    const char *json;
    size_t length;
    need(lsc_store_lead_json(store, ORGANIZATION, id, &json, &length, &error), &error);
    const char *found = strstr(json, name);
    return found == NULL ? -1 : atoi(found + strlen(name));
}

static void read_lead(lsc_store *store, int number, int *version, size_t *n_activities)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_lead *lead;
    char id[16];
    snprintf(id, sizeof id, "lead%d", number);
    need(lsc_lead_new(NULL, &lead, &error), &error);
    lsc_status status = lsc_store_get_lead(store, ORGANIZATION, id, lead, &error);
    *version = 0;
    *n_activities = 0;
    if (status != LSC_NOT_FOUND) {
        need(status, &error);
        *version = version_of(store, id);
        *n_activities = lsc_lead_n_activities(lead);
    }
    lsc_lead_free(lead);
}

/* Writing. */

static void add_activities(char *json, size_t room, int version, bool twice)
{
    for (int i = 1; i <= version; i++) {
        size_t length = strlen(json);
        snprintf(json + length, room - length,
                 "%s{\"id\": \"%d%s\", \"type\": \"Email Opened\", \"time\": \"2026-01-%02d\"}",
                 i == 1 ? "" : ", ", i, twice && i == version && version > 4 ? "b" : "", i);
    }
}

static void put_lead(writer *at, int number, int version)
{
    static char notes[MAX_NOTES + 1];
    static char json[MAX_NOTES + 2000];
    lsc_error error = LSC_ERROR_INIT;
    memset(notes, 'n', sizeof notes - 1);
    snprintf(json, sizeof json,
             "{\"id\": \"lead%d\", \"email\": \"lead%d@x.example\", \"version\": %d, \"notes\": "
             "\"%.*s\", \"activities\": [",
             number, number, version, roll(at, MAX_NOTES), notes);
    add_activities(json, sizeof json - 3, version, is_planted(at, "twice"));
    strcat(json, "]}");
    need(lsc_store_put_lead_json(at->store, ORGANIZATION, json, strlen(json), &error), &error);
}

static void bring_lead(writer *at, int number, int version)
{
    lsc_error error = LSC_ERROR_INIT;
    char id[16];
    if (version > 0) {
        put_lead(at, number, version);
        return;
    }
    snprintf(id, sizeof id, "lead%d", number);
    need(lsc_store_delete_lead(at->store, ORGANIZATION, id, &error), &error);
}

static void begin(writer *at)
{
    lsc_error error = LSC_ERROR_INIT;
    need(lsc_store_begin(at->store, &error), &error);
}

static void commit(writer *at)
{
    lsc_error error = LSC_ERROR_INIT;
    need(lsc_store_commit(at->store, &error), &error);
}

/** A group of one is a call by itself. */
static void bring_group(writer *at, const group *wanted)
{
    const bool together = wanted->n > 1 && !is_planted(at, "torn");
    if (together) {
        begin(at);
    }
    for (int i = 0; i < wanted->n; i++) {
        bring_lead(at, wanted->leads[i], wanted->versions[i]);
    }
    if (is_planted(at, "early")) {
        say("A\n");
    }
    if (together) {
        commit(at);
    }
    if (!is_planted(at, "early")) {
        say("A\n");
    }
}

static void announce(const group *wanted)
{
    char line[128] = "T";
    for (int i = 0; i < wanted->n; i++) {
        size_t length = strlen(line);
        snprintf(line + length, sizeof line - length, " %d:%d", wanted->leads[i],
                 wanted->versions[i]);
    }
    strcat(line, "\n");
    say(line);
}

/** Some leads that follow one another, each a version on; a lead of all versions goes. */
static void choose(writer *at, group *wanted)
{
    const int first = roll(at, N_LEADS);
    wanted->n = roll(at, 2) == 0 ? 1 : 2 + roll(at, MAX_GROUP - 1);
    for (int i = 0; i < wanted->n; i++) {
        const int number = (first + i) % N_LEADS;
        int *version = &at->versions[number];
        *version = *version >= 1 + roll(at, MAX_VERSION) ? 0 : *version + 1;
        wanted->leads[i] = number;
        wanted->versions[i] = *version;
    }
}

/** Closing puts what waits in the log into the file, and removes the log. */
static void open_again(writer *at)
{
    lsc_store_close(at->store);
    at->store = open_store(at->path, false);
}

static void write_on(writer *at)
{
    lsc_error error = LSC_ERROR_INIT;
    size_t n_activities;
    at->store = open_store(at->path, true);
    need(lsc_store_add_organization(at->store, ORGANIZATION, NULL, &error), &error);
    for (int number = 0; number < N_LEADS; number++) {
        read_lead(at->store, number, &at->versions[number], &n_activities);
    }
    for (;;) {
        group wanted;
        choose(at, &wanted);
        announce(&wanted);
        bring_group(at, &wanted);
        if (roll(at, 16) == 0) {
            open_again(at);
        }
    }
}

/* The other actions. */

static bool say_progress(void *ctx, uint64_t n_lines)
{
    char line[32];
    (void)ctx;
    snprintf(line, sizeof line, "P %" PRIu64 "\n", n_lines);
    say(line);
    return true;
}

static void take_in(const char *path, const char *leads, const char *activities)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_store *store = open_store(path, true);
    lsc_ingest files = LSC_INGEST_INIT;
    files.leads = leads;
    files.activities = activities;
    files.batch = BATCH;
    files.progress = say_progress;
    need(lsc_store_add_organization(store, ORGANIZATION, NULL, &error), &error);
    need(lsc_store_ingest(store, ORGANIZATION, &files, NULL, &error), &error);
    say("A\n");
    lsc_store_close(store);
}

static void rekey(const char *path, const char *number)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_store_key key = LSC_STORE_KEY_INIT;
    lsc_store *store = open_store(path, false);
    set_key(&key, number);
    need(lsc_store_rekey(store, key.bytes[0] != 0 ? &key : NULL, &error), &error);
    say("A\n");
    lsc_store_close(store);
}

/** That every lead can be read, and so decrypted. */
static void read_all(lsc_store *store)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_lead_query query = LSC_LEAD_QUERY_INIT;
    const lsc_stored_lead *leads;
    size_t n = LSC_PAGE;
    char last[LSC_MAX_STORE_ID + 1];
    lsc_lead *lead;
    need(lsc_lead_new(NULL, &lead, &error), &error);
    while (n == LSC_PAGE) {
        need(lsc_store_list_leads(store, ORGANIZATION, &query, &leads, &n, &error), &error);
        for (size_t i = 0; i < n; i++) {
            snprintf(last, sizeof last, "%s", leads[i].id);
            need(lsc_store_get_lead(store, ORGANIZATION, last, lead, &error), &error);
        }
        query.after = last;
    }
    lsc_lead_free(lead);
}

/** Lines "number version activities" of the leads that are there, and what there is in all. */
static void list(const char *path)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_store_counts counts = LSC_STORE_COUNTS_INIT;
    lsc_store *store = open_store(path, false);
    need(lsc_store_check(store, &error), &error);
    for (int number = 0; number < N_LEADS; number++) {
        int version;
        size_t n_activities;
        read_lead(store, number, &version, &n_activities);
        if (version != 0) {
            printf("%d %d %zu\n", number, version, n_activities);
        }
    }
    need(lsc_store_count(store, NULL, &counts, &error), &error);
    if (counts.organizations > 0) {
        read_all(store);
    }
    printf("all %" PRId64 " %" PRId64 "\n", counts.leads, counts.activities);
    lsc_store_close(store);
}

int main(int argc, char **argv)
{
    const char *action = argc < 3 ? "" : argv[1];
    if (strcmp(action, "write") == 0 && argc >= 4) {
        writer at = {
            .path = argv[2], .state = strtoul(argv[3], NULL, 10), .plant = argc > 4 ? argv[4] : ""};
        write_on(&at);
    } else if (strcmp(action, "ingest") == 0 && argc == 5) {
        take_in(argv[2], argv[3], argv[4]);
    } else if (strcmp(action, "open") == 0) {
        lsc_store_close(open_store(argv[2], true));
        say("A\n");
    } else if (strcmp(action, "rekey") == 0 && argc == 5) {
        set_key(&store_key, argv[3]);
        rekey(argv[2], argv[4]);
    } else if (strcmp(action, "list") == 0) {
        set_key(&store_key, argc > 3 ? argv[3] : "0");
        list(argv[2]);
    } else {
        fprintf(stderr, "kill_writer: see its source\n");
        return 2;
    }
    return 0;
}
