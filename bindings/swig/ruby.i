/*
 * Typemaps for Ruby. Objects are classes whose memory the garbage collector gives back; what belongs to another
 * keeps that alive (@owner). Strings are taken as the bytes they are, and given as UTF-8.
 */

%{
static VALUE leadscore_error;

/* Leadscore::Error, with what C says of it. Nothing is held that would have to be freed. */
static void raise_error(const lsc_error *error)
{
  VALUE raised = rb_exc_new_cstr(leadscore_error, error->message);
  rb_iv_set(raised, "@status", rb_str_new_cstr(lsc_status_name(error->status)));
  rb_iv_set(raised, "@offset", error->offset < 0 ? Qnil : LL2NUM(error->offset));
  rb_exc_raise(raised);
}
%}

%init %{
  leadscore_error = rb_define_class_under(mLeadscore, "Error", rb_eStandardError);
  rb_define_attr(leadscore_error, "status", 1, 0);
  rb_define_attr(leadscore_error, "offset", 1, 0);
%}

/* Errors. */

%typemap(in, numinputs=0) lsc_error *error (lsc_error failure) {
  failure.status = LSC_OK;
  failure.offset = -1;
  failure.message[0] = '\0';
  $1 = &failure;
}
%typemap(argout) lsc_error *error {
  if ($1->status != LSC_OK) raise_error($1);
}
%typemap(out) lsc_status "$result = Qnil;"

/* Bytes and texts. */

%typemap(in) (const char *bytes, size_t length) {
  $1 = NULL;
  $2 = 0;
  if (!NIL_P($input)) {
    StringValue($input);
    $1 = RSTRING_PTR($input);
    $2 = (size_t)RSTRING_LEN($input);
  }
}
%typemap(in) const char * "$1 = NIL_P($input) ? NULL : StringValueCStr($input);"
%typemap(freearg) const char * ""
%typemap(out) const char *, char * "$result = $1 == NULL ? Qnil : rb_utf8_str_new_cstr($1);"
%typemap(newfree) char * "free($1);"
%typemap(out) char [ANY] "$result = rb_utf8_str_new_cstr($1);"
%typemap(out) char grade "$result = $1 == 0 ? Qnil : rb_utf8_str_new(&$1, 1);"
%typemap(out) flat_bytes
  "$result = $1.bytes == NULL ? Qnil : rb_utf8_str_new($1.bytes, (long)$1.length);"
%ignore flat_bytes;

/* Vectors. */

%typemap(in) (const float *columns, size_t n_columns) (VALUE held) {
  Check_Type($input, T_ARRAY);
  $2 = (size_t)RARRAY_LEN($input);
  float *numbers = ALLOCV_N(float, held, $2 + 1);
  for (size_t i = 0; i < $2; i++) {
    VALUE number = rb_ary_entry($input, (long)i);
    numbers[i] = NIL_P(number) ? NAN : (float)NUM2DBL(number);
  }
  $1 = numbers;
}
%typemap(freearg) (const float *columns, size_t n_columns) "ALLOCV_END(held$argnum);"

/* Objects that own themselves. */

%define OWNED(type, name, free_it)
%rename(name) type;
typedef struct type {} type;
%extend type {
  ~type() { free_it($self); }
}
%enddef

%nodefaultctor;
OWNED(lsc_model, Model, lsc_model_unref)
OWNED(lsc_store, Store, lsc_store_close)
OWNED(flat_load, Load, flat_load_free)
OWNED(flat_scorer, Scorer, flat_scorer_free)
OWNED(flat_page, Page, flat_page_free)
%clearnodefaultctor;

%newobject flat_load_new;
%newobject flat_model_file;
%newobject flat_model_bytes;
%newobject flat_scorer_new;
%newobject flat_store_open;
%newobject flat_store_load_model;
%newobject flat_store_list_leads;
%newobject flat_store_list_scores;
%newobject flat_store_list_history;

/* C takes each of these as it is. */
%typemap(check) lsc_model *, const lsc_model *, lsc_store *, flat_load *, flat_scorer *, const flat_scorer *,
                const flat_page *, const lsc_explanation *, const lsc_reason *, const lsc_stored_score * {
  if ($1 == NULL) rb_raise(rb_eArgError, "$1_name is nil");
}
%typemap(check) const flat_load * ""

/* What points into others keeps alive all that the call was given, or else the object that it is read from. */
%define KEEPING(type, flags)
%typemap(out) const type *, type * {
  $result = SWIG_NewPointerObj(SWIG_as_voidptr($1), $descriptor(type *), flags);
  if (!NIL_P($result)) rb_iv_set($result, "@owner", argc > 0 ? rb_ary_new_from_values(argc, argv) : self);
}
%enddef

/* A view: not to be used after the next call of the scorer or the store that gave it. */
%define VIEW(type, name)
%rename(name) type;
KEEPING(type, 0)
%enddef

VIEW(lsc_result, Result)
VIEW(lsc_contribution, Contribution)
VIEW(lsc_breakdown_part, BreakdownPart)
VIEW(lsc_reason, Reason)
VIEW(lsc_receipt, Receipt)
VIEW(lsc_explanation, Explanation)
VIEW(lsc_stored_lead, StoredLead)
VIEW(lsc_stored_score, StoredScore)

/* The rows of a page are the store's, the texts of its facts the model's. */
KEEPING(flat_page, $owner)
KEEPING(lsc_model_info, $owner)

/* Copies of their own. */
%rename(ModelInfo) lsc_model_info;
%rename(StoreCounts) lsc_store_counts;
%newobject flat_model_info;
%newobject flat_store_count;

/* Freed by the collector, or of no use without memory to write to. */
%ignore flat_load_options;
%ignore flat_load_free;
%ignore flat_model_info_free;
%ignore flat_scorer_free;
%ignore flat_scorer_numbers;
%ignore flat_batch;
%ignore flat_extract;
%ignore flat_page_free;
%ignore flat_store_counts_free;
%ignore FLAT_NUMBERS;
%ignore lsc_model_unref;
%ignore lsc_store_close;

/* flat_score_json() is Leadscore.score_json(). */
%rename("%(strip:[flat_])s", regextarget=1, %$isfunction) "^flat_";
%rename("%(strip:[lsc_])s", regextarget=1, %$isfunction) "^lsc_";
