#include "find_xgboost.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <xgboost/c_api.h>

/* clang-format off */
/* What src/train calls is here, and calls on what was found. */
/* NOLINTBEGIN(bugprone-macro-parentheses): parameters are no expression */
#define FORWARD(type, name, parameters, arguments) \
    static type(*found_##name) parameters; \
    type name parameters; \
    type name parameters { return found_##name arguments; }
/* NOLINTEND(bugprone-macro-parentheses) */

FORWARD(const char *, XGBGetLastError, (void), ())
FORWARD(int, XGDMatrixCreateFromMat,
        (const float *data, bst_ulong n_rows, bst_ulong n_columns, float missing, DMatrixHandle *out),
        (data, n_rows, n_columns, missing, out))
FORWARD(int, XGDMatrixSetFloatInfo,
        (DMatrixHandle matrix, const char *field, const float *array, bst_ulong length),
        (matrix, field, array, length))
FORWARD(int, XGDMatrixSliceDMatrix,
        (DMatrixHandle matrix, const int *rows, bst_ulong length, DMatrixHandle *out),
        (matrix, rows, length, out))
FORWARD(int, XGDMatrixFree, (DMatrixHandle matrix), (matrix))
FORWARD(int, XGBoosterCreate, (const DMatrixHandle matrices[], bst_ulong length, BoosterHandle *out),
        (matrices, length, out))
FORWARD(int, XGBoosterFree, (BoosterHandle booster), (booster))
FORWARD(int, XGBoosterSetParam, (BoosterHandle booster, const char *name, const char *value),
        (booster, name, value))
FORWARD(int, XGBoosterUpdateOneIter, (BoosterHandle booster, int round, DMatrixHandle matrix),
        (booster, round, matrix))
FORWARD(int, XGBoosterEvalOneIter,
        (BoosterHandle booster, int round, DMatrixHandle matrices[], const char *names[],
         bst_ulong length, const char **out),
        (booster, round, matrices, names, length, out))
FORWARD(int, XGBoosterPredictFromDMatrix,
        (BoosterHandle booster, DMatrixHandle matrix, const char *config, const bst_ulong **shape,
         bst_ulong *dimension, const float **out),
        (booster, matrix, config, shape, dimension, out))
FORWARD(int, XGBoosterSaveModelToBuffer,
        (BoosterHandle booster, const char *config, bst_ulong *length, const char **out),
        (booster, config, length, out))
FORWARD(int, XGBoosterFeatureScore,
        (BoosterHandle booster, const char *config, bst_ulong *n_features, const char ***features,
         bst_ulong *dimension, const bst_ulong **shape, const float **scores),
        (booster, config, n_features, features, dimension, shape, scores))

#define FOUND(name) {#name, &found_##name}

static const struct {
    const char *name;
    void *found; /* of a pointer to a function */
} functions[] = {
    FOUND(XGBGetLastError), FOUND(XGDMatrixCreateFromMat), FOUND(XGDMatrixSetFloatInfo),
    FOUND(XGDMatrixSliceDMatrix), FOUND(XGDMatrixFree), FOUND(XGBoosterCreate),
    FOUND(XGBoosterFree), FOUND(XGBoosterSetParam), FOUND(XGBoosterUpdateOneIter),
    FOUND(XGBoosterEvalOneIter), FOUND(XGBoosterPredictFromDMatrix),
    FOUND(XGBoosterSaveModelToBuffer), FOUND(XGBoosterFeatureScore),
};
/* clang-format on */

/* Of releases 1.6 to 3.x, and of whoever names none. */
static const char *const usual_names[] = {"libxgboost.so.0", "libxgboost.so.3", "libxgboost.so"};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static bool is_loaded;

/* It stays: its threads, and OpenMP's, are not ended by anyone. */
static void *open_library(const char *path)
{
    int how = RTLD_NOW | RTLD_LOCAL;
    void *library = path != NULL ? dlopen(path, how) : NULL;
    for (size_t i = 0; path == NULL && library == NULL && i < 3; i++) {
        library = dlopen(usual_names[i], how);
    }
    return library;
}

static lsc_status fail(lsc_error *error, const char *words, const char *reason)
{
    error->status = LSC_UNSUPPORTED;
    error->offset = -1;
    snprintf(error->message, sizeof(error->message), "%s%s", words, reason != NULL ? reason : "");
    return error->status;
}

static lsc_status load(const char *path, lsc_error *error)
{
    void *library = open_library(path);
    if (library == NULL) {
        return fail(error, "training needs XGBoost's library: ", dlerror());
    }
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        void *symbol = dlsym(library, functions[i].name);
        if (symbol == NULL) {
            dlclose(library);
            return fail(error, "the library of XGBoost has no ", functions[i].name);
        }
        memcpy(functions[i].found, &symbol, sizeof(symbol));
    }
    is_loaded = true;
    return LSC_OK;
}

lsc_status lsc_find_xgboost(const char *path, lsc_error *error)
{
    pthread_mutex_lock(&mutex);
    lsc_status status = is_loaded ? LSC_OK : load(path, error);
    pthread_mutex_unlock(&mutex);
    return status;
}
