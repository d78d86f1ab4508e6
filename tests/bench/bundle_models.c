/*
 * bundle_models MODEL.ubj BUNDLE.lsm ...: models of make_models as bundles.
 */
#include <stdlib.h>

#include "bench_booster.h"
#include "bench_bundle.h"
#include "bench_leads.h"
#include "bench_support.h"

static void bundle_model(const char *source, const char *out)
{
    lsc_allocator allocator;
    lsc_buffer bundle;
    size_t length;
    char *bytes = bench_read_file(source, &length);
    lsc_allocator_resolve(NULL, &allocator, NULL);
    lsc_buffer_init(&bundle, &allocator);
    bench_bundle(bytes, length, BENCH_COLUMNS, BENCH_BASE_SCORE, &bundle);
    bench_write_file(out, bundle.data, bundle.length);
    lsc_buffer_free(&bundle);
    free(bytes);
}

int main(int argc, char **argv)
{
    if (argc < 3 || argc % 2 == 0) {
        bench_die("use: bundle_models MODEL.ubj BUNDLE.lsm ...");
    }
    for (int i = 1; i < argc; i += 2) {
        bundle_model(argv[i], argv[i + 1]);
    }
    return 0;
}
