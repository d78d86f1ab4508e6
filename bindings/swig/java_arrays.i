/*
 * Typemaps for Java of what calls take in arrays. They are copied, and freed after the call.
 */

%{
#include "flat_key.h"

/* The numbers of an array, freed with free(). NULL, and an exception, where there is no memory. */
static void *copy_numbers(JNIEnv *jenv, jarray array, size_t size, size_t *n)
{
    if (array == NULL) {
        throw_error(jenv, LSC_INVALID_ARG, -1, "the numbers are null");
        return NULL;
    }
    *n = (size_t)(*jenv)->GetArrayLength(jenv, array);
    void *copy = malloc(*n * size + 1);
    if (copy == NULL) {
        throw_error(jenv, LSC_NO_MEMORY, -1, "there is no memory for what the call is given");
    }
    return copy;
}

static void free_names(const char *const *names, size_t n)
{
    for (size_t i = 0; names != NULL && i < n; i++) {
        free((void *)names[i]);
    }
    free((void *)names);
}

/* Texts, each with a NUL, freed with free_names(). NULL, and an exception, where there is no memory. */
static const char *const *copy_names(JNIEnv *jenv, jobjectArray array, size_t *n)
{
    *n = (size_t)(*jenv)->GetArrayLength(jenv, array);
    const char **names = calloc(*n + 1, sizeof *names);
    if (names == NULL) {
        throw_error(jenv, LSC_NO_MEMORY, -1, "there is no memory for what the call is given");
        return NULL;
    }
    for (size_t i = 0; i < *n; i++) {
        size_t length = 0;
        jbyteArray bytes = (*jenv)->GetObjectArrayElement(jenv, array, (jsize)i);
        names[i] = copy_bytes(jenv, bytes, &length);
        (*jenv)->DeleteLocalRef(jenv, bytes);
        if (names[i] == NULL) {
            free_names(names, i);
            return NULL;
        }
    }
    return names;
}
%}

/* Numbers. */

%define NUMBERS(type, jni_array, java_array, jni_type, Region)
%typemap(jni) (const type *numbers, size_t n_numbers) "jni_array"
%typemap(jtype) (const type *numbers, size_t n_numbers) "java_array"
%typemap(jstype) (const type *numbers, size_t n_numbers) "java_array"
%typemap(javain) (const type *numbers, size_t n_numbers) "$javainput"
%typemap(in) (const type *numbers, size_t n_numbers) {
  $1 = copy_numbers(jenv, $input, sizeof(type), &$2);
  if ($1 == NULL) return $null;
  (*jenv)->Get##Region##ArrayRegion(jenv, $input, 0, (jsize)$2, (jni_type *)$1);
}
%typemap(freearg) (const type *numbers, size_t n_numbers) "free((void *)$1);"
%enddef

NUMBERS(int64_t, jlongArray, long[], jlong, Long)
NUMBERS(double, jdoubleArray, double[], jdouble, Double)
%apply (const double *numbers, size_t n_numbers) { (const double *probabilities, size_t n_probabilities) }

/* Counts that a call fills, also where it fails. */

%typemap(jni) (int64_t *counts, size_t n_counts) "jlongArray"
%typemap(jtype) (int64_t *counts, size_t n_counts) "long[]"
%typemap(jstype) (int64_t *counts, size_t n_counts) "long[]"
%typemap(javain) (int64_t *counts, size_t n_counts) "$javainput"
%typemap(in) (int64_t *counts, size_t n_counts) {
  $1 = copy_numbers(jenv, $input, sizeof *$1, &$2);
  if ($1 == NULL) return $null;
  (*jenv)->GetLongArrayRegion(jenv, $input, 0, (jsize)$2, (jlong *)$1);
}
%typemap(argout) (int64_t *counts, size_t n_counts)
  "if (!(*jenv)->ExceptionCheck(jenv)) (*jenv)->SetLongArrayRegion(jenv, $input, 0, (jsize)$2, (const jlong *)$1);"
%typemap(freearg) (int64_t *counts, size_t n_counts) "free($1);"

/* Texts. */

%typemap(jni) (const char *const *names, size_t n_names) "jobjectArray"
%typemap(jtype) (const char *const *names, size_t n_names) "byte[][]"
%typemap(jstype) (const char *const *names, size_t n_names) "java.util.List<String>"
%typemap(javain) (const char *const *names, size_t n_names) "Inputs.bytes($javainput, \"$javainput\")"
%typemap(in) (const char *const *names, size_t n_names) {
  $1 = (char **)copy_names(jenv, $input, &$2);
  if ($1 == NULL) return $null;
}
%typemap(freearg) (const char *const *names, size_t n_names) "free_names((const char *const *)$1, $2);"

/* Secrets: no copy stays. */

%apply (const char *bytes, size_t length) { (const char *secret, size_t secret_length) }
%typemap(freearg) (const char *secret, size_t secret_length) {
  if ($1 != NULL) flat_cleanse((void *)$1, $2);
  free((void *)$1);
}
