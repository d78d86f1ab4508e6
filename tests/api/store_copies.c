#include "store_copies.h"

#include <fcntl.h>
#include <unistd.h>

/** A store with an organization, closed; each trial works on a copy, which is quicker than making one. */
static char template_path[4200];
static char store_path[4200];

lsc_store_options copy_options(const conditions *with)
{
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.create = true;
    options.durability = LSC_DURABLE_OFF;
    options.make_leads = true;
    if (with != NULL && with->allocator != NULL) {
        options.allocator = *with->allocator;
    }
    return options;
}

const char *copy_path(void)
{
    return store_path;
}

void remove_copy(void)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        char path[4300];
        snprintf(path, sizeof path, "%s%s", store_path, ends[i]);
        unlink(path);
    }
}

void prepare_store_trials(void)
{
    lsc_store *store;
    lsc_store_options options = copy_options(NULL);
    snprintf(template_path, sizeof template_path, "%s/template.store", lsc_test_folder());
    snprintf(store_path, sizeof store_path, "%s/trial.store", lsc_test_folder());
    ck_ok(lsc_store_open(template_path, &options, &store, error));
    ck_ok(lsc_store_add_organization(store, ORGANIZATION, NULL, error));
    lsc_store_close(store);
}

/* Without a stream, which would allocate. */
static void copy_template(void)
{
    char block[65536];
    ssize_t n;
    remove_copy();
    int from = open(template_path, O_RDONLY);
    int to = open(store_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ck_quick(from >= 0 && to >= 0);
    while ((n = read(from, block, sizeof block)) > 0) {
        ck_quick(write(to, block, (size_t)n) == n);
    }
    close(from);
    close(to);
}

lsc_status open_copy(const conditions *with, lsc_store **store, lsc_error *error)
{
    lsc_store_options options = copy_options(with);
    copy_template();
    lsc_status status = SWEPT(lsc_store_open)(store_path, &options, store, error);
    ck_quick((*store != NULL) == (status == LSC_OK));
    return status;
}

lsc_status on_a_copy(const conditions *with, store_work *work, lsc_error *error)
{
    lsc_store *store;
    lsc_status status = open_copy(with, &store, error);
    if (status == LSC_OK) {
        status = work(with, store, error);
    }
    lsc_store_close(store);
    return status;
}

lsc_status put_third_lead(lsc_store *store, lsc_error *error)
{
    static const char id[] = "lead-3";
    lead_text text;
    size_t n_added = 99;
    write_lead(3, &text);
    lsc_status status =
        SWEPT(lsc_store_put_lead_json)(store, ORGANIZATION, text.lead, strlen(text.lead), error);
    if (status == LSC_OK) {
        status = SWEPT(lsc_store_add_activities_json)(store, ORGANIZATION, id, text.activities,
                                                      strlen(text.activities), &n_added, error);
        ck_quick((n_added == 99) == (status != LSC_OK));
    }
    return status;
}
