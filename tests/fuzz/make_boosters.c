/*
 *     make_boosters FOLDER
 *
 * Trains small models of all kinds that XGBoost has, of four columns, and saves each as UBJSON and as
 * JSON: those that are read, and those that are refused by name.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xgboost/c_api.h>

enum {
    N_COLUMNS = 4,
    N_ROWS = 80,
    MAX_SETTINGS = 8
};

#define must(call)                                      \
    do {                                                \
        if ((call) != 0) {                              \
            fprintf(stderr, "%s\n", XGBGetLastError()); \
            exit(EXIT_FAILURE);                         \
        }                                               \
    } while (0)

typedef struct booster_kind {
    const char *name;
    int n_trees;
    bool categorical;                       /**< the last column */
    const char *settings[2 * MAX_SETTINGS]; /**< names and values; NULL after the last */
} booster_kind;

static const booster_kind kinds[] = {
    {"stump", 1, false, {"max_depth", "1"}},
    {"plain", 2, false, {"max_depth", "2"}},
    {"exact", 2, false, {"tree_method", "exact", "max_depth", "3"}},
    {"approx", 1, false, {"tree_method", "approx", "max_depth", "3"}},
    {"leaves", 2, false, {"tree_method", "hist", "grow_policy", "lossguide", "max_leaves", "5"}},
    {"pruned", 2, false, {"tree_method", "exact", "max_depth", "4", "gamma", "1"}},
    {"based", 1, false, {"max_depth", "2", "base_score", "0.2"}},
    {"empty", 1, false, {"max_depth", "2", "gamma", "1000"}},
    {"dart", 3, false, {"booster", "dart", "rate_drop", "0.5", "max_depth", "2"}},
    {"category", 2, true, {"tree_method", "hist", "max_depth", "3", "max_cat_to_onehot", "1"}},
    {"onehot", 2, true, {"tree_method", "hist", "max_depth", "3", "max_cat_to_onehot", "9"}},
    {"linear", 1, false, {"booster", "gblinear"}},
    {"classes", 1, false, {"objective", "multi:softprob", "num_class", "3", "max_depth", "1"}},
    {"squares", 1, false, {"objective", "reg:squarederror", "max_depth", "1"}},
};

/** Steele, Lea and Flood's SplitMix64, in [0, 1). */
static double roll(uint64_t *state)
{
    *state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t mixed = *state;
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (double)((mixed ^ (mixed >> 31)) >> 11) / 9007199254740992.0;
}

static DMatrixHandle make_rows(bool categorical)
{
    static float rows[N_ROWS * N_COLUMNS];
    static float labels[N_ROWS];
    const char *types[] = {"q", "q", "q", categorical ? "c" : "q"};
    uint64_t state = 1;
    for (size_t i = 0; i < N_ROWS; i++) {
        float *row = rows + i * N_COLUMNS;
        row[0] = (float)floor(8 * roll(&state));
        row[1] = (float)(2 * roll(&state) - 1);
        row[2] = roll(&state) < 0.3 ? NAN : (float)(1000 * roll(&state));
        row[3] = (float)floor(5 * roll(&state));
        double odds = (double)row[0] / 4 + (double)row[1] - 1 + ((int)row[3] % 2 != 0 ? 1.5 : -0.5);
        labels[i] = roll(&state) < 1 / (1 + exp(-2 * odds)) ? 1.0f : 0.0f;
    }
    DMatrixHandle matrix;
    must(XGDMatrixCreateFromMat(rows, N_ROWS, N_COLUMNS, NAN, &matrix));
    must(XGDMatrixSetFloatInfo(matrix, "label", labels, N_ROWS));
    must(XGDMatrixSetStrFeatureInfo(matrix, "feature_type", types, N_COLUMNS));
    return matrix;
}

static void save(BoosterHandle booster, const char *folder, const char *name, const char *format)
{
    char path[4096];
    char config[64];
    bst_ulong length = 0;
    const char *bytes = NULL;
    snprintf(config, sizeof config, "{\"format\": \"%s\"}", format);
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, format);
    must(XGBoosterSaveModelToBuffer(booster, config, &length, &bytes));
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, length, file) != length || fclose(file) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
}

static void train(const booster_kind *kind, const char *folder)
{
    BoosterHandle booster;
    DMatrixHandle matrix = make_rows(kind->categorical);
    must(XGBoosterCreate(&matrix, 1, &booster));
    must(XGBoosterSetParam(booster, "objective", "binary:logistic"));
    must(XGBoosterSetParam(booster, "nthread", "1"));
    for (size_t i = 0; kind->settings[i] != NULL; i += 2) {
        must(XGBoosterSetParam(booster, kind->settings[i], kind->settings[i + 1]));
    }
    for (int i = 0; i < kind->n_trees; i++) {
        must(XGBoosterUpdateOneIter(booster, i, matrix));
    }
    save(booster, folder, kind->name, "ubj");
    save(booster, folder, kind->name, "json");
    must(XGBoosterFree(booster));
    must(XGDMatrixFree(matrix));
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: make_boosters FOLDER\n");
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        train(&kinds[i], argv[1]);
    }
    return EXIT_SUCCESS;
}
