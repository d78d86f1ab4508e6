#include <stdio.h>

#include "command.h"
#include "input.h"
#include "score_store.h"
#include "store_training.h"

static const char WORDS[] =
    "not built in: this leadscore was built without stores (meson option -Dstore=enabled)";

static int not_built_in(const char *program)
{
    fprintf(stderr, "%s: %s\n", program, WORDS);
    return LSC_EXIT_USAGE;
}

int lsc_cmd_store(int argc, char **argv)
{
    (void)argc;
    return not_built_in(argv[0]);
}

int lsc_cmd_ingest(int argc, char **argv)
{
    (void)argc;
    return not_built_in(argv[0]);
}

lsc_status lsc_input_open_store(const lsc_input *input, lsc_source **source, lsc_error *error)
{
    (void)source;
    return lsc_fail_with(error, LSC_UNSUPPORTED, "%.200s: %s", input->store.path, WORDS);
}

lsc_status lsc_score_store(const lsc_store_scoring *wanted, lsc_error *error)
{
    return lsc_fail_with(error, LSC_UNSUPPORTED, "%.200s: %s", wanted->access.path, WORDS);
}

lsc_status lsc_noted_open(const lsc_store_access *access, lsc_store **store, lsc_source **source,
                          lsc_error *error)
{
    *store = NULL;
    *source = NULL;
    return lsc_fail_with(error, LSC_UNSUPPORTED, "%.200s: %s", access->path, WORDS);
}

lsc_status lsc_noted_keep(lsc_store *store, lsc_source *source, const void *bundle, size_t length,
                          lsc_error *error)
{
    (void)store;
    (void)source;
    (void)bundle;
    (void)length;
    return lsc_fail_with(error, LSC_UNSUPPORTED, "%s", WORDS);
}

void lsc_noted_close(lsc_store *store)
{
    (void)store;
}
