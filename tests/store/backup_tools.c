#include "backup_tools.h"

#include <dirent.h>

const lsc_store_key key = {sizeof key, NULL, {1, 2, 3, 4, 5, 6, 7, 8}};

const char *at(const char *name)
{
    static char paths[8][4200];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", lsc_test_folder(), name);
    return path;
}

const char *fresh(const char *name)
{
    fresh_path(name);
    return at(name);
}

lsc_status back_up(lsc_store *store, const char *path, const lsc_store_key *with, lsc_error *error)
{
    lsc_backup options = LSC_BACKUP_INIT;
    options.key = with;
    return lsc_store_backup(store, path, &options, error);
}

lsc_status restore(const char *backup, const char *path, const lsc_store_key *with, bool replace,
                   lsc_error *error)
{
    lsc_restore options = LSC_RESTORE_INIT;
    options.key = with;
    options.replace = replace;
    return lsc_store_restore(backup, path, &options, error);
}

int64_t leads_in(const char *path)
{
    lsc_store *store;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    ck_ok(lsc_store_open(path, &options, &store, error));
    ck_ok(lsc_store_check(store, error));
    int64_t n = counts_of(store, NULL).leads;
    lsc_store_close(store);
    return n;
}

void expect_nothing_left(void)
{
    DIR *folder = opendir(lsc_test_folder());
    ck_assert_ptr_nonnull(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        ck_assert_msg(strstr(entry->d_name, ".tmp") == NULL, "%s is left", entry->d_name);
    }
    closedir(folder);
}

lsc_store *store_of(const char *name, unsigned n_leads)
{
    lsc_store *store = file_store(name == NULL ? NULL : fresh(name));
    for (unsigned number = 0; number < n_leads; number++) {
        put_lead(store, ACME, number);
    }
    return store;
}
