#include "trained.h"

lsc_train table_options(void)
{
    lsc_train train = LSC_TRAIN_INIT;
    train.spec = table_spec();
    return train;
}

lsc_train timeline_options(void)
{
    lsc_train train = LSC_TRAIN_INIT;
    train.spec = timeline_spec();
    train.horizon_ms = 60 * DAY;
    train.every_ms = 15 * DAY;
    return train;
}

lsc_training *train_on(memory_source *source, const lsc_train *train)
{
    lsc_training *training;
    ck_ok(lsc_train_model(source->source, train, &training, error));
    return training;
}

lsc_model *load_trained(const lsc_training *training)
{
    size_t length;
    const void *bytes = lsc_training_bundle(training, &length);
    lsc_load options = LSC_LOAD_INIT;
    lsc_model *model;
    options.self_test = true;
    ck_ok(lsc_model_load_bytes(bytes, length, &options, &model, error));
    return model;
}

lsc_model *model_trained_on(memory_source *source, const lsc_train *train)
{
    lsc_training *training = train_on(source, train);
    lsc_model *model = load_trained(training);
    lsc_training_free(training);
    return model;
}

lsc_json *parse_metrics(const char *json)
{
    const lsc_json_limits limits = {1 << 22, 16, 1 << 20};
    lsc_json *root;
    ck_ok(lsc_json_parse(json, strlen(json), &limits, &root, error));
    return root;
}

double number_at(const lsc_json *object, const char *key)
{
    const lsc_json *member = lsc_json_member(object, key);
    ck_assert_msg(member != NULL && lsc_json_kind(member) == LSC_JSON_NUMBER, "no number %s", key);
    return lsc_json_number(member);
}

void check_same_bundle(const lsc_training *a, const lsc_training *b, bool same)
{
    size_t a_length;
    size_t b_length;
    const void *a_bytes = lsc_training_bundle(a, &a_length);
    const void *b_bytes = lsc_training_bundle(b, &b_length);
    bool is_same = a_length == b_length && memcmp(a_bytes, b_bytes, a_length) == 0;
    ck_assert_int_eq(is_same, same);
}
