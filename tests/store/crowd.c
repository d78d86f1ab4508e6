/*
 * Two processes with eight threads each, a store a thread, read and write one file. No status comes but
 * LSC_OK and LSC_BUSY, and in the end the file holds what was acknowledged.
 *
 *     crowd FOLDER MODEL.lsm SECONDS
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <leadscore/leadscore.h>
#include <leadscore/store.h>

#define ORGANIZATION "acme"
#define N_PROCESSES 2
#define N_THREADS 8
/** What a thread does however slow the machine is. */
#define LEAST_ROUNDS 20
/** Leads that all of them work on. */
#define N_SHARED 50
/** 2026-06-01, after every activity. */
#define AS_OF INT64_C(1780272000000)

/** What a thread has come to; seen by the process that looks after all. */
typedef struct tally {
    _Atomic int64_t activities; /* acknowledged */
    _Atomic int64_t scores;
    _Atomic int64_t reads;
    _Atomic int64_t busy;
    _Atomic int64_t faults;
} tally;

typedef struct worker {
    tally *came_to;
    lsc_store *store;
    lsc_scorer *scorer;
    lsc_lead *lead;
    int process;
    int thread;
    int64_t round;
    size_t seen[N_SHARED]; /* activities of a lead when it was read last */
} worker;

/** What all threads of a process share. */
static char path[4200];
static const char *bundle;
static struct timespec end;

static void complain(const char *what, lsc_status status, const lsc_error *error)
{
    fprintf(stderr, "crowd: %s: %s: %s\n", what, lsc_status_name(status), error->message);
}

static void need(lsc_status status, const lsc_error *error)
{
    if (status != LSC_OK) {
        complain("before it began, or after", status, error);
        exit(1);
    }
}

/** Whether a call was done; counts it where it was not. */
static bool was_done(worker *at, const char *what, lsc_status status, const lsc_error *error)
{
    if (status == LSC_BUSY) {
        at->came_to->busy++;
    } else if (status != LSC_OK) {
        complain(what, status, error);
        at->came_to->faults++;
    }
    return status == LSC_OK;
}

static lsc_store *open_store(int busy_ms)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_store *store;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.create = true;
    options.make_leads = true;
    options.durability = LSC_DURABLE_NORMAL;
    options.busy_ms = busy_ms;
    need(lsc_store_open(path, &options, &store, &error), &error);
    return store;
}

static void shared_id(const worker *at, char id[32])
{
    snprintf(id, 32, "shared%d", (int)(at->round * 7 % N_SHARED));
}

/* What a thread does. */

/** An activity that nobody else adds. @return whether it was */
static bool add_activity(worker *at, const char *lead_id, int part)
{
    lsc_error error = LSC_ERROR_INIT;
    char json[200];
    size_t n_added = 0;
    snprintf(json, sizeof json,
             "{\"id\": \"%d.%d.%" PRId64 ".%d\", \"type\": \"Email Opened\", \"time\": "
             "\"2026-01-01\"}",
             at->process, at->thread, at->round, part);
    lsc_status status = lsc_store_add_activities_json(at->store, ORGANIZATION, lead_id, json,
                                                      strlen(json), &n_added, &error);
    return was_done(at, "add", status, &error) && n_added == 1;
}

static void add_one(worker *at)
{
    char id[32];
    shared_id(at, id);
    at->came_to->activities += add_activity(at, id, 0);
}

/** Several calls in one transaction: all that it acknowledged, or nothing. */
static void add_together(worker *at)
{
    lsc_error error = LSC_ERROR_INIT;
    char id[32];
    char json[64];
    int64_t added = 0;
    if (!was_done(at, "begin", lsc_store_begin(at->store, &error), &error)) {
        return;
    }
    snprintf(id, sizeof id, "own%d.%d", at->process, at->thread);
    snprintf(json, sizeof json, "{\"id\": \"%s\", \"round\": %" PRId64 "}", id, at->round);
    was_done(at, "put",
             lsc_store_put_lead_json(at->store, ORGANIZATION, json, strlen(json), &error), &error);
    for (int part = 0; part < 3; part++) {
        added += add_activity(at, id, part);
    }
    if (at->round % 3 == 0) {
        lsc_store_rollback(at->store);
    } else if (was_done(at, "commit", lsc_store_commit(at->store, &error), &error)) {
        at->came_to->activities += added;
    }
}

static void score(worker *at)
{
    lsc_error error = LSC_ERROR_INIT;
    char id[32];
    int64_t as_of = AS_OF + (at->round * N_PROCESSES + at->process) * N_THREADS + at->thread;
    shared_id(at, id);
    lsc_status status =
        lsc_store_score_lead(at->store, ORGANIZATION, id, at->scorer, as_of, NULL, &error);
    at->came_to->scores += was_done(at, "score", status, &error);
}

/** Activities are only added: nobody reads fewer than before. */
static void read_lead(worker *at)
{
    lsc_error error = LSC_ERROR_INIT;
    char id[32];
    shared_id(at, id);
    if (was_done(at, "get", lsc_store_get_lead(at->store, ORGANIZATION, id, at->lead, &error),
                 &error)) {
        size_t *seen = &at->seen[at->round * 7 % N_SHARED];
        size_t n = lsc_lead_n_activities(at->lead);
        if (n < *seen) {
            fprintf(stderr, "crowd: %s had %zu activities and now %zu\n", id, *seen, n);
            at->came_to->faults++;
        }
        *seen = n;
        at->came_to->reads++;
    }
}

static void list(worker *at)
{
    lsc_error error = LSC_ERROR_INIT;
    const lsc_stored_lead *leads;
    const lsc_stored_score *scores;
    size_t n = 0;
    bool done =
        was_done(at, "list",
                 lsc_store_list_leads(at->store, ORGANIZATION, NULL, &leads, &n, &error), &error);
    done = was_done(at, "list scores",
                    lsc_store_list_scores(at->store, ORGANIZATION, NULL, &scores, &n, &error),
                    &error) &&
           done;
    at->came_to->reads += done;
}

static bool is_over(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec > end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec >= end.tv_nsec);
}

static void *work(void *ctx)
{
    static void (*const deeds[])(worker *) = {add_one, add_together, score, read_lead, list};
    worker *at = ctx;
    lsc_error error = LSC_ERROR_INIT;
    lsc_model *model;
    /* Every other thread soon gives up waiting: LSC_BUSY has to come, too. */
    at->store = open_store(at->thread % 2 == 0 ? 0 : 5);
    need(lsc_lead_new(NULL, &at->lead, &error), &error);
    need(lsc_model_load_file(bundle, NULL, &model, &error), &error);
    need(lsc_scorer_new(model, NULL, &at->scorer, &error), &error);
    lsc_model_unref(model);
    for (at->round = 0; at->round < LEAST_ROUNDS || !is_over(); at->round++) {
        deeds[(at->round + at->thread) % (int64_t)(sizeof deeds / sizeof deeds[0])](at);
    }
    lsc_scorer_free(at->scorer);
    lsc_lead_free(at->lead);
    lsc_store_close(at->store);
    return NULL;
}

static void run_process(int process, tally *tallies)
{
    static worker workers[N_THREADS];
    pthread_t threads[N_THREADS];
    for (int i = 0; i < N_THREADS; i++) {
        workers[i] = (worker){.came_to = &tallies[i], .process = process, .thread = i};
        if (pthread_create(&threads[i], NULL, work, &workers[i]) != 0) {
            exit(1);
        }
    }
    for (int i = 0; i < N_THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    exit(0);
}

/* Before, and after. */

static void prepare(void)
{
    static char bytes[1 << 20];
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        char file[4300];
        snprintf(file, sizeof file, "%s%s", path, ends[i]);
        unlink(file);
    }
    lsc_error error = LSC_ERROR_INIT;
    lsc_store *store = open_store(0);
    need(lsc_store_add_organization(store, ORGANIZATION, NULL, &error), &error);
    for (int i = 0; i < N_SHARED; i++) {
        char json[64];
        snprintf(json, sizeof json, "{\"id\": \"shared%d\"}", i);
        need(lsc_store_put_lead_json(store, ORGANIZATION, json, strlen(json), &error), &error);
    }
    FILE *file = fopen(bundle, "rb");
    if (file == NULL) {
        exit(1);
    }
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    need(lsc_store_add_model(store, ORGANIZATION, bytes, length, NULL, NULL, &error), &error);
    lsc_store_close(store);
}

static bool look_over(const tally *tallies)
{
    int64_t activities = 0;
    int64_t scores = 0;
    int64_t reads = 0;
    int64_t busy = 0;
    int64_t faults = 0;
    for (int i = 0; i < N_PROCESSES * N_THREADS; i++) {
        activities += tallies[i].activities;
        scores += tallies[i].scores;
        reads += tallies[i].reads;
        busy += tallies[i].busy;
        faults += tallies[i].faults;
    }
    lsc_error error = LSC_ERROR_INIT;
    lsc_store_counts counts = LSC_STORE_COUNTS_INIT;
    lsc_store *store = open_store(0);
    need(lsc_store_check(store, &error), &error);
    need(lsc_store_count(store, ORGANIZATION, &counts, &error), &error);
    lsc_store_close(store);
    printf("%" PRId64 " activities and %" PRId64 " scores acknowledged, %" PRId64 " and %" PRId64
           " there; %" PRId64 " reads, %" PRId64 " times LSC_BUSY, %" PRId64 " faults\n",
           activities, scores, counts.activities, counts.scores, reads, busy, faults);
    return faults == 0 && activities > 0 && scores > 0 && reads > 0 &&
           counts.activities == activities && counts.scores == scores;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        return 2;
    }
    mkdir(argv[1], 0777); /* or it is there */
    snprintf(path, sizeof path, "%s/crowd.store", argv[1]);
    bundle = argv[2];
    prepare();
    tally *tallies = mmap(NULL, N_PROCESSES * N_THREADS * sizeof(tally), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (tallies == MAP_FAILED) {
        return 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += atol(argv[3]);
    bool good = true;
    fflush(NULL);
    for (int i = 0; i < N_PROCESSES; i++) {
        if (fork() == 0) {
            run_process(i, tallies + i * N_THREADS);
        }
    }
    for (int i = 0; i < N_PROCESSES; i++) {
        int status = 0;
        good = wait(&status) > 0 && status == 0 && good;
    }
    good = look_over(tallies) && good;
    printf("TESTS 1 %d\n", good ? 0 : 1);
    return good ? 0 : 1;
}
