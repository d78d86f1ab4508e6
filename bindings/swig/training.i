/*
 * Training, and what goes with it, for a language whose file of typemaps has, beside those of leadscore.i:
 *
 *   flat_watch *watch                           what the language is told with while the call goes on, or nothing
 *   const char *secret, size_t secret_length    bytes as others, cleansed after the call
 *   const char *const *names, size_t n_names    an array of texts
 *   const int64_t *numbers, size_t n_numbers    an array of whole numbers; of doubles likewise
 */
%{
#include "flat_aliases.h"
#include "flat_bundle.h"
#include "flat_key.h"
#include "flat_source.h"
#include "flat_train.h"
%}

BYTES(map)
BYTES(labels)
BYTES(scorecard)
BYTES(spec)
%apply (const char *secret, size_t secret_length) { (const char *passphrase, size_t passphrase_length) }
%apply (const char *const *names, size_t n_names) { (const char *const *exclude, size_t n_exclude) }
%apply (const char *const *names, size_t n_names) { (const char *const *include, size_t n_include) }

%ignore flat_cleanse;
%ignore flat_actor_inner;
%ignore flat_key_inner;
%ignore flat_spec_inner;

%newobject flat_evaluate;
%newobject flat_drift;
%newobject flat_metrics;
%typemap(newfree) char *flat_evaluate, char *flat_drift, char *flat_metrics "lsc_text_free($1);"

%newobject flat_public_key_id;
%newobject flat_import_file;
%newobject flat_import_bytes;
%newobject flat_scorecard;
%newobject flat_sign;
%typemap(newfree) flat_bytes "lsc_bundle_free((void *)$1.bytes);"

%include "flat_aliases.h"
%include "flat_bundle.h"
%include "flat_key.h"
%include "flat_source.h"
%include "flat_train.h"

/* As they are in the public headers. */
lsc_aliases *lsc_aliases_ref(lsc_aliases *aliases);
void lsc_aliases_unref(lsc_aliases *aliases);
const char *lsc_aliases_meaning(const lsc_aliases *aliases, const char *name);

lsc_model *lsc_model_ref(lsc_model *model);
void lsc_source_free(lsc_source *source);
bool lsc_training_gate_passed(const lsc_training *training);
const char *lsc_training_gate_reasons(const lsc_training *training);
const char *lsc_training_metrics_json(const lsc_training *training);
size_t lsc_training_n_leaks(const lsc_training *training);
const char *lsc_training_leak_column(const lsc_training *training, size_t leak);
const char *lsc_training_leak_reason(const lsc_training *training, size_t leak);
void lsc_training_free(lsc_training *training);
