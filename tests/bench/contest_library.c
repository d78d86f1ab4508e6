#include <dlfcn.h>
#include <string.h>

#include "bench_support.h"
#include "contestant.h"

void *contest_library(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        bench_die("%s", dlerror());
    }
    return library;
}

void contest_function(void *library, const char *name, void *function)
{
    void *symbol = dlsym(library, name);
    if (symbol == NULL) {
        bench_die("%s", dlerror());
    }
    /* ISO C has no cast from an object's pointer to a function's. */
    memcpy(function, &symbol, sizeof symbol);
}
