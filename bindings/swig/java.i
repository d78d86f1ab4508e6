/*
 * Typemaps for Java. Objects are their addresses, as `long`: the classes of bindings/java own them and see that
 * none is used when it is gone. All that SWIG makes stays within the package.
 *
 * Texts go over as bytes: JNI's own texts are no UTF-8 beyond U+FFFF and at U+0000.
 */

%pragma(java) moduleclassmodifiers="final class"
%pragma(java) jniclassclassmodifiers="final class"
%pragma(java) jniclasscode=%{
  static {
    NativeLibrary.load();
  }
%}
%typemap(javaclassmodifiers) SWIGTYPE "final class"
%typemap(javafinalize) SWIGTYPE ""
%typemap(javainterfaces) SWIGTYPE ""

%{
#include <stdlib.h>
#include <string.h>

static void throw_error(JNIEnv *jenv, lsc_status status, int64_t offset, const char *message)
{
    jclass type = (*jenv)->FindClass(jenv, "org/leadscore/LeadscoreException");
    jmethodID make = type == NULL ? NULL
                                  : (*jenv)->GetStaticMethodID(jenv, type, "of",
                                                               "(IJ[B)Lorg/leadscore/LeadscoreException;");
    jsize length = (jsize)strlen(message);
    jbyteArray bytes = make == NULL ? NULL : (*jenv)->NewByteArray(jenv, length);
    if (bytes == NULL) {
        return; /* what Java has thrown already */
    }
    (*jenv)->SetByteArrayRegion(jenv, bytes, 0, length, (const jbyte *)message);
    jobject exception =
        (*jenv)->CallStaticObjectMethod(jenv, type, make, (jint)status, (jlong)offset, bytes);
    if (!(*jenv)->ExceptionCheck(jenv)) {
        (*jenv)->Throw(jenv, exception);
    }
}

/* A copy with a NUL after it, freed with free(). NULL, and an exception, where there is no memory. */
static char *copy_bytes(JNIEnv *jenv, jbyteArray array, size_t *length)
{
    jsize n = (*jenv)->GetArrayLength(jenv, array);
    char *copy = malloc((size_t)n + 1);
    if (copy == NULL) {
        throw_error(jenv, LSC_NO_MEMORY, -1, "there is no memory for what the call is given");
        return NULL;
    }
    (*jenv)->GetByteArrayRegion(jenv, array, 0, n, (jbyte *)copy);
    copy[n] = '\0';
    *length = (size_t)n;
    return copy;
}

/* NULL for no bytes, and where there is no memory: then Java has thrown. */
static jbyteArray give_bytes(JNIEnv *jenv, const char *bytes, size_t length)
{
    jbyteArray array = NULL;
    if (bytes != NULL && length <= INT32_MAX - 8) {
        array = (*jenv)->NewByteArray(jenv, (jsize)length);
    }
    if (array != NULL) {
        (*jenv)->SetByteArrayRegion(jenv, array, 0, (jsize)length, (const jbyte *)bytes);
    }
    return array;
}

/* As many floats as most models take stay on the stack. */
enum { NEAR_FLOATS = 256 };

static float *copy_floats(JNIEnv *jenv, jfloatArray array, float *near, size_t *n)
{
    *n = (size_t)(*jenv)->GetArrayLength(jenv, array);
    float *copy = *n <= NEAR_FLOATS ? near : malloc(*n * sizeof *copy);
    if (copy == NULL) {
        throw_error(jenv, LSC_NO_MEMORY, -1, "there is no memory for what the call is given");
        return NULL;
    }
    (*jenv)->GetFloatArrayRegion(jenv, array, 0, (jsize)*n, copy);
    return copy;
}
%}

/* Errors. What was made before one is freed after it, so it is thrown and not returned from. */

%typemap(in, numinputs=0) lsc_error *error (lsc_error failure) {
  failure.status = LSC_OK;
  failure.offset = -1;
  failure.message[0] = '\0';
  $1 = &failure;
}
%typemap(argout) lsc_error *error {
  if ($1->status != LSC_OK && !(*jenv)->ExceptionCheck(jenv)) {
    throw_error(jenv, $1->status, $1->offset, $1->message);
  }
}
%typemap(jni) lsc_status "void"
%typemap(jtype) lsc_status "void"
%typemap(jstype) lsc_status "void"
%typemap(out, null="") lsc_status "(void)$1;"
%typemap(javaout) lsc_status "{ $jnicall; }"

/* Objects as addresses. */

%define ADDRESS(type)
%typemap(jni) type * "jlong"
%typemap(jtype) type * "long"
%typemap(jstype) type * "long"
%typemap(in) type * "$1 = ($1_ltype)(intptr_t)$input;"
%typemap(out) type * "$result = (jlong)(intptr_t)$1;"
%typemap(javain) type * "$javainput"
%typemap(javaout) type * "{ return $jnicall; }"
%apply type * { const type * }
%enddef

ADDRESS(lsc_model)
ADDRESS(lsc_store)
ADDRESS(flat_load)
ADDRESS(flat_scorer)
ADDRESS(flat_page)
ADDRESS(flat_actor)
ADDRESS(flat_change)
ADDRESS(flat_import)
ADDRESS(flat_key)
ADDRESS(flat_spec)
ADDRESS(flat_wanted)
ADDRESS(lsc_aliases)
ADDRESS(lsc_source)
ADDRESS(lsc_training)

/* The numbers of a scorer, as memory that is read in place. */
%typemap(jni) const double * "jobject"
%typemap(jtype) const double * "java.nio.ByteBuffer"
%typemap(jstype) const double * "java.nio.ByteBuffer"
%typemap(out) const double *
  "$result = (*jenv)->NewDirectByteBuffer(jenv, (void *)$1, FLAT_NUMBERS * sizeof(double));"
%typemap(javaout) const double * "{ return $jnicall; }"

/* Bytes and texts. */

%typemap(jni) (const char *bytes, size_t length) "jbyteArray"
%typemap(jtype) (const char *bytes, size_t length) "byte[]"
%typemap(jstype) (const char *bytes, size_t length) "byte[]"
%typemap(javain) (const char *bytes, size_t length) "$javainput"
%typemap(in) (const char *bytes, size_t length) {
  $1 = NULL;
  $2 = 0;
  if ($input != NULL) {
    $1 = copy_bytes(jenv, $input, &$2);
    if ($1 == NULL) return $null;
  }
}
%typemap(freearg) (const char *bytes, size_t length) "free($1);"

%typemap(jni) const char *, char * "jbyteArray"
%typemap(jtype) const char *, char * "byte[]"
%typemap(jstype) const char *, char * "String"
%typemap(javain) const char *, char * "Inputs.bytes($javainput, \"$javainput\")"
%typemap(in) const char *, char * {
  size_t length = 0;
  $1 = NULL;
  if ($input != NULL) {
    $1 = copy_bytes(jenv, $input, &length);
    if ($1 == NULL) return $null;
  }
}
%typemap(freearg) const char *, char * "free($1);"
%typemap(out) const char *, char * "$result = give_bytes(jenv, $1, $1 == NULL ? 0 : strlen($1));"
%typemap(javaout) const char *, char * "{ return Inputs.text($jnicall); }"
%typemap(memberin) const char * ""
%typemap(varout) const char * "$result = give_bytes(jenv, $1, $1 == NULL ? 0 : strlen($1));"
%typemap(newfree) char * "free($1);"
%apply const char * { char model_sha256[65], char spec_sha256[65], char input_sha256[65],
                      char result_sha256[65], char library_version[16], char month[8] }
%typemap(out) char [ANY] "$result = give_bytes(jenv, $1, strlen($1));"

%typemap(jni) flat_bytes "jbyteArray"
%typemap(jtype) flat_bytes "byte[]"
%typemap(jstype) flat_bytes "byte[]"
%typemap(out) flat_bytes "$result = give_bytes(jenv, $1.bytes, $1.length);"
%typemap(javaout) flat_bytes "{ return $jnicall; }"
%ignore flat_bytes;

/* Vectors are copied, which for one is quicker than to keep the collector from moving them. */

%typemap(jni) (const float *columns, size_t n_columns) "jfloatArray"
%typemap(jtype) (const float *columns, size_t n_columns) "float[]"
%typemap(jstype) (const float *columns, size_t n_columns) "float[]"
%typemap(javain) (const float *columns, size_t n_columns) "$javainput"
%typemap(in) (const float *columns, size_t n_columns) (float near[NEAR_FLOATS]) {
  $1 = copy_floats(jenv, $input, near, &$2);
  if ($1 == NULL) return $null;
}
%typemap(freearg) (const float *columns, size_t n_columns) "if ($1 != near$argnum) free((void *)$1);"

%typemap(jni) (float *out, size_t n_out) "jfloatArray"
%typemap(jtype) (float *out, size_t n_out) "float[]"
%typemap(jstype) (float *out, size_t n_out) "float[]"
%typemap(javain) (float *out, size_t n_out) "$javainput"
%typemap(in) (float *out, size_t n_out) (float near[NEAR_FLOATS]) {
  $1 = copy_floats(jenv, $input, near, &$2);
  if ($1 == NULL) return $null;
}
%typemap(argout) (float *out, size_t n_out)
  "(*jenv)->SetFloatArrayRegion(jenv, $input, 0, (jsize)$2, $1);"
%typemap(freearg) (float *out, size_t n_out) "if ($1 != near$argnum) free($1);"

/* Tables: direct buffers, in place. Their classes have seen to order, room and position. */

%typemap(jni) const float *in_buffer, float *out_buffer "jobject"
%typemap(jtype) const float *in_buffer, float *out_buffer "java.nio.FloatBuffer"
%typemap(jstype) const float *in_buffer, float *out_buffer "java.nio.FloatBuffer"
%typemap(javain) const float *in_buffer, float *out_buffer "$javainput"
%typemap(in) const float *in_buffer, float *out_buffer {
  $1 = $input == NULL ? NULL : (*jenv)->GetDirectBufferAddress(jenv, $input);
  if ($1 == NULL) {
    throw_error(jenv, LSC_INVALID_ARG, -1, "the buffer is not direct");
    return $null;
  }
}
%typemap(jni) flat_output "jint"
%typemap(jtype) flat_output "int"
%typemap(jstype) flat_output "int"
%typemap(in) flat_output "$1 = (flat_output)$input;"
%typemap(javain) flat_output "$javainput"
%ignore flat_output;

/* Sizes fit a long, and are told apart from what is too large before. */
%typemap(jni) size_t "jlong"
%typemap(jtype) size_t "long"
%typemap(jstype) size_t "long"

%ignore FLAT_NUMBERS;
%ignore flat_load_options;
%ignore flat_scorer_result;

%include "java_arrays.i"
%include "java_watch.i"
