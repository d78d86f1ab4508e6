/* Trials of bundles: made, signed, imported and written. */
#include "allocation_trials.h"

#include "test_keys.h"

lsc_status scorecard_trial(const conditions *with, lsc_error *error)
{
    (void)with;
    void *bytes;
    size_t length;
    lsc_status status =
        SWEPT(lsc_scorecard_build)("api", SCORECARD_SPEC, strlen(SCORECARD_SPEC), SCORECARD,
                                   strlen(SCORECARD), &bytes, &length, error);
    ck_quick((bytes != NULL) == (status == LSC_OK));
    lsc_bundle_free(bytes);
    return status;
}

lsc_status signing_trial(const conditions *with, lsc_error *error)
{
    void *bytes = NULL;
    size_t length;
    char id[LSC_KEY_ID_SIZE];
    lsc_public_key key;
    lsc_status status = SWEPT(lsc_public_key_read)(KEY_1_PUBLIC, strlen(KEY_1_PUBLIC), &key, error);
    if (status == LSC_OK) {
        status = SWEPT(lsc_public_key_id)(&key, id, error);
    }
    if (status == LSC_OK) {
        status = SWEPT(lsc_bundle_sign)(with->bundle->bytes, with->bundle->length, KEY_1_PRIVATE,
                                        strlen(KEY_1_PRIVATE), NULL, &bytes, &length, NULL, error);
    }
    ck_quick((bytes != NULL) == (status == LSC_OK));
    lsc_bundle_free(bytes);
    return status;
}

/** A stump, as XGBoost writes it. */
static const char stump[] =
    "{\"learner\":{\"feature_names\":[\"age\"],\"feature_types\":[\"float\"],\"gradient_booster\":{"
    "\"model\":{\"gbtree_model_param\":{\"num_parallel_tree\":\"1\",\"num_trees\":\"1\"},"
    "\"tree_info\":[0],\"trees\":[{\"base_weights\":[0,0,0],\"categories\":[],"
    "\"categories_nodes\":[],\"categories_segments\":[],\"categories_sizes\":[],"
    "\"default_left\":[1,0,0],\"id\":0,\"left_children\":[1,-1,-1],\"loss_changes\":[1,0,0],"
    "\"parents\":[2147483647,0,0],\"right_children\":[2,-1,-1],\"split_conditions\":[0.5,-1,1],"
    "\"split_indices\":[0,0,0],\"split_type\":[0,0,0],\"sum_hessian\":[2,1,1],\"tree_param\":{"
    "\"num_deleted\":\"0\",\"num_feature\":\"1\",\"num_nodes\":\"3\",\"size_leaf_vector\":\"1\"}"
    "}]},\"name\":\"gbtree\"},\"learner_model_param\":{\"base_score\":\"5E-1\",\"num_class\":\"0\","
    "\"num_feature\":\"1\",\"num_target\":\"1\"},\"objective\":{\"name\":\"binary:logistic\","
    "\"reg_loss_param\":{\"scale_pos_weight\":\"1\"}}},\"version\":[1,7,4]}";

lsc_status import_bytes_trial(const conditions *with, lsc_error *error)
{
    void *bytes;
    size_t length;
    lsc_import import = LSC_IMPORT_INIT;
    if (with->allocator != NULL) {
        import.allocator = *with->allocator;
    }
    lsc_status status =
        SWEPT(lsc_model_import_bytes)(stump, sizeof stump - 1, &import, &bytes, &length, error);
    ck_quick((bytes != NULL) == (status == LSC_OK));
    lsc_bundle_free(bytes);
    return status;
}

lsc_status import_file_trial(const conditions *with, lsc_error *error)
{
    void *bytes;
    size_t length;
    FILE *file = fopen(with->out_path, "w");
    ck_quick(file != NULL && fwrite(stump, 1, sizeof stump - 1, file) == sizeof stump - 1);
    fclose(file);
    lsc_status status = SWEPT(lsc_model_import_file)(with->out_path, NULL, &bytes, &length, error);
    ck_quick((bytes != NULL) == (status == LSC_OK));
    lsc_bundle_free(bytes);
    return status;
}

lsc_status writing_trial(const conditions *with, lsc_error *error)
{
    remove(with->out_path);
    lsc_status status =
        SWEPT(lsc_bundle_write)(with->out_path, with->bundle->bytes, with->bundle->length, error);
    FILE *written = fopen(with->out_path, "r");
    ck_quick((written != NULL) == (status == LSC_OK));
    if (written != NULL) {
        fclose(written);
    }
    return status;
}
