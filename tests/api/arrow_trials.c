#include "allocation_trials.h"

#include <errno.h>

/* Tables of Arrow while memory runs out: three rows in which every column is null. */

#define MOST_COLUMNS 512

static void forget_schema(struct ArrowSchema *schema)
{
    schema->release = NULL;
}

static void forget_array(struct ArrowArray *array)
{
    array->release = NULL;
}

/** A table of the columns of a spec; what it points at is the struct's own. */
typedef struct null_table {
    struct ArrowSchema schema;
    struct ArrowArray array;
    struct ArrowSchema schemas[MOST_COLUMNS];
    struct ArrowArray nulls;
    struct ArrowSchema *schema_children[MOST_COLUMNS];
    struct ArrowArray *array_children[MOST_COLUMNS];
    const void *no_buffer[1];
} null_table;

static void make_table(const lsc_spec *spec, null_table *table)
{
    size_t n_columns = lsc_spec_n_columns(spec);
    ck_quick(n_columns <= MOST_COLUMNS);
    for (size_t i = 0; i < n_columns; i++) {
        table->schemas[i] = (struct ArrowSchema){
            .format = "n", .name = lsc_spec_column_name(spec, i), .release = forget_schema};
        table->schema_children[i] = &table->schemas[i];
        table->array_children[i] = &table->nulls;
    }
    table->no_buffer[0] = NULL;
    table->nulls = (struct ArrowArray){.length = 3, .null_count = 3, .release = forget_array};
    table->schema = (struct ArrowSchema){.format = "+s",
                                         .n_children = (int64_t)n_columns,
                                         .children = table->schema_children,
                                         .release = forget_schema};
    table->array = (struct ArrowArray){.length = 3,
                                       .n_buffers = 1,
                                       .buffers = table->no_buffer,
                                       .n_children = (int64_t)n_columns,
                                       .children = table->array_children,
                                       .release = forget_array};
}

static int give_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    *out = ((null_table *)stream->private_data)->schema;
    return 0;
}

static int give_table(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    *out = ((null_table *)stream->private_data)->array;
    return 0;
}

static const char *give_no_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return NULL;
}

static void forget_stream(struct ArrowArrayStream *stream)
{
    stream->release = NULL;
}

static lsc_status read_rows(lsc_spec *spec, const null_table *table,
                            const lsc_arrow_options *options, lsc_error *error)
{
    lsc_arrow_reader *reader;
    float rows[3 * MOST_COLUMNS];
    size_t n_columns = lsc_spec_n_columns(spec);
    lsc_status status = SWEPT(lsc_arrow_reader_new)(spec, &table->schema, options, &reader, error);
    ck_quick((reader != NULL) == (status == LSC_OK));
    if (status == LSC_OK) {
        ck_quick(QUIET(lsc_arrow_read)(reader, &table->array, 0, 3, rows, n_columns, NULL) ==
                 LSC_OK);
    }
    QUIET(lsc_arrow_reader_free)(reader);
    return status;
}

static lsc_status take_tables(lsc_scorer *scorer, const null_table *table,
                              const lsc_arrow_options *options, lsc_error *error)
{
    struct ArrowArray out = {.release = NULL};
    struct ArrowSchema schema = {.release = NULL};
    lsc_status status = SWEPT(lsc_arrow_score)(scorer, &table->array, &table->schema, options, &out,
                                               &schema, error);
    ck_quick((out.release != NULL) == (status == LSC_OK));
    ck_quick((schema.release != NULL) == (status == LSC_OK));
    if (status == LSC_OK) {
        out.release(&out);
        schema.release(&schema);
        status = SWEPT(lsc_arrow_contributions)(scorer, &table->array, &table->schema, options,
                                                &out, NULL, error);
    }
    if (status == LSC_OK) {
        out.release(&out);
    }
    return status;
}

static lsc_status take_leads(lsc_scorer *scorer, const null_table *table,
                             const lsc_arrow_options *options, lsc_error *error)
{
    struct ArrowArray out = {.release = NULL};
    struct ArrowSchema schema = {.release = NULL};
    const lsc_spec *spec = lsc_model_spec(lsc_scorer_model(scorer));
    lsc_status status = SWEPT(lsc_arrow_extract)(spec, &table->array, &table->schema, AS_OF,
                                                 options, &out, &schema, error);
    ck_quick((out.release != NULL) == (status == LSC_OK));
    ck_quick((schema.release != NULL) == (status == LSC_OK));
    if (status == LSC_OK) {
        out.release(&out);
        schema.release(&schema);
        status = SWEPT(lsc_arrow_score_leads)(scorer, &table->array, &table->schema, AS_OF, options,
                                              &out, NULL, error);
    }
    if (status == LSC_OK) {
        out.release(&out);
        status = SWEPT(lsc_arrow_contributions_leads)(scorer, &table->array, &table->schema, AS_OF,
                                                      options, &out, NULL, error);
    }
    if (status == LSC_OK) {
        out.release(&out);
    }
    return status;
}

/** Take the schema and one table of a stream, and close it. */
static lsc_status drain(struct ArrowArrayStream *stream, lsc_error *error)
{
    struct ArrowArray out;
    struct ArrowSchema schema;
    int code = stream->get_schema(stream, &schema);
    if (code == 0) {
        schema.release(&schema);
        code = stream->get_next(stream, &out);
    }
    if (code == 0) {
        out.release(&out);
    }
    ck_quick(code == 0 || code == ENOMEM);
    if (code != 0) { /* as a call would say it */
        error->status = LSC_NO_MEMORY;
        snprintf(error->message, sizeof error->message, "%s", stream->get_last_error(stream));
    }
    stream->release(stream);
    return code == 0 ? LSC_OK : LSC_NO_MEMORY;
}

/** Use up a stream if it was opened, whose `in` can then be read again. */
static lsc_status use_up(lsc_status opened, struct ArrowArrayStream *in,
                         struct ArrowArrayStream *out, lsc_error *error)
{
    ck_quick((in->release == NULL) == (opened == LSC_OK));
    in->release = forget_stream;
    return opened == LSC_OK ? drain(out, error) : opened;
}

static lsc_status take_streams(lsc_model *model, null_table *table,
                               const lsc_arrow_options *options, lsc_error *error)
{
    struct ArrowArrayStream out;
    struct ArrowArrayStream in = {give_schema, give_table, give_no_error, forget_stream, table};
    lsc_status status = SWEPT(lsc_arrow_score_stream)(model, &in, options, &out, error);
    status = use_up(status, &in, &out, error);
    if (status == LSC_OK) {
        status = SWEPT(lsc_arrow_contributions_stream)(model, &in, options, &out, error);
        status = use_up(status, &in, &out, error);
    }
    return status;
}

static lsc_status take_lead_streams(lsc_model *model, null_table *table,
                                    const lsc_arrow_options *options, lsc_error *error)
{
    struct ArrowArrayStream out;
    struct ArrowArrayStream in = {give_schema, give_table, give_no_error, forget_stream, table};
    lsc_status status =
        SWEPT(lsc_arrow_extract_stream)(lsc_model_spec(model), &in, AS_OF, options, &out, error);
    status = use_up(status, &in, &out, error);
    if (status == LSC_OK) {
        status = SWEPT(lsc_arrow_score_leads_stream)(model, &in, AS_OF, options, &out, error);
        status = use_up(status, &in, &out, error);
    }
    if (status == LSC_OK) {
        status =
            SWEPT(lsc_arrow_contributions_leads_stream)(model, &in, AS_OF, options, &out, error);
        status = use_up(status, &in, &out, error);
    }
    return status;
}

lsc_status arrow_trial(const conditions *with, lsc_error *error)
{
    lsc_arrow_options options;
    null_table table;
    lsc_model *model = lsc_scorer_model(with->scorer);
    lsc_spec *spec = lsc_model_spec(model);
    QUIET(lsc_arrow_options_init)(&options, sizeof options);
    if (with->allocator != NULL) {
        options.allocator = *with->allocator;
    }
    make_table(spec, &table);
    lsc_status status = read_rows(spec, &table, &options, error);
    if (status == LSC_OK) {
        status = take_tables(with->scorer, &table, &options, error);
    }
    if (status == LSC_OK) {
        status = take_leads(with->scorer, &table, &options, error);
    }
    if (status == LSC_OK) {
        status = take_streams(model, &table, &options, error);
    }
    return status == LSC_OK ? take_lead_streams(model, &table, &options, error) : status;
}
