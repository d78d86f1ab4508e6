/* Preloaded into the program: counts the processor's time in XGBoost's calls that train, and writes
   it when the program ends, a line "NAME MICROSECONDS" for each and one for the whole process, to the
   file that XGBOOST_CLOCK names. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include <xgboost/c_api.h>

enum {
    UPDATES,
    LOSSES,
    MATRICES,
    PREDICTIONS,
    N_CALLS
};

static const char *const NAMES[N_CALLS] = {"updates", "losses", "matrices", "predictions"};
static atomic_llong spent_ns[N_CALLS];

static long long now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (long long)now.tv_sec * 1000000000 + now.tv_nsec;
}

/** XGBoost's own function of a name. ISO C has no cast from a pointer to data. */
#define NEXT(name, pointer) (*(void **)&(pointer) = dlsym(RTLD_NEXT, name))

#define TIMED(what, call)                                \
    long long start = now_ns();                          \
    int result = call;                                   \
    atomic_fetch_add(&spent_ns[what], now_ns() - start); \
    return result

int XGBoosterUpdateOneIter(BoosterHandle booster, int round, DMatrixHandle matrix)
{
    int (*next)(BoosterHandle, int, DMatrixHandle);
    NEXT("XGBoosterUpdateOneIter", next);
    TIMED(UPDATES, next(booster, round, matrix));
}

int XGBoosterEvalOneIter(BoosterHandle booster, int round, DMatrixHandle matrices[],
                         const char *names[], bst_ulong n, const char **text)
{
    int (*next)(BoosterHandle, int, DMatrixHandle[], const char *[], bst_ulong, const char **);
    NEXT("XGBoosterEvalOneIter", next);
    TIMED(LOSSES, next(booster, round, matrices, names, n, text));
}

int XGDMatrixCreateFromMat(const float *data, bst_ulong n_rows, bst_ulong n_columns, float missing,
                           DMatrixHandle *matrix)
{
    int (*next)(const float *, bst_ulong, bst_ulong, float, DMatrixHandle *);
    NEXT("XGDMatrixCreateFromMat", next);
    TIMED(MATRICES, next(data, n_rows, n_columns, missing, matrix));
}

int XGDMatrixSliceDMatrix(DMatrixHandle matrix, const int *rows, bst_ulong n, DMatrixHandle *slice)
{
    int (*next)(DMatrixHandle, const int *, bst_ulong, DMatrixHandle *);
    NEXT("XGDMatrixSliceDMatrix", next);
    TIMED(MATRICES, next(matrix, rows, n, slice));
}

int XGBoosterPredictFromDMatrix(BoosterHandle booster, DMatrixHandle matrix, char const *config,
                                bst_ulong const **shape, bst_ulong *n, float const **margins)
{
    int (*next)(BoosterHandle, DMatrixHandle, char const *, bst_ulong const **, bst_ulong *,
                float const **);
    NEXT("XGBoosterPredictFromDMatrix", next);
    TIMED(PREDICTIONS, next(booster, matrix, config, shape, n, margins));
}

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("XGBOOST_CLOCK");
    FILE *out = path != NULL ? fopen(path, "w") : NULL;
    struct rusage usage;
    if (out == NULL) {
        return;
    }
    for (int i = 0; i < N_CALLS; i++) {
        fprintf(out, "%s %lld\n", NAMES[i], (long long)atomic_load(&spent_ns[i]) / 1000);
    }
    getrusage(RUSAGE_SELF, &usage);
    fprintf(out, "process %lld\n",
            (long long)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
                usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    fclose(out);
}
