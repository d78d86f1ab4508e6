/*
 * Typemaps for Java of what is told while a call goes on: an object of Watch.java. What it throws ends the call, and
 * is thrown instead of what the call then came to.
 */

%{
#include "flat_watch.h"

typedef struct java_watch {
    JNIEnv *env;
    jobject object;
    jmethodID tell;
} java_watch;

static bool tell_java(void *ctx, const char *bytes, size_t length, double first, double second,
                      const void *item)
{
    const java_watch *watch = ctx;
    JNIEnv *jenv = watch->env;
    if ((*jenv)->ExceptionCheck(jenv)) {
        return false;
    }
    jbyteArray array = give_bytes(jenv, bytes, length);
    if (bytes != NULL && array == NULL) {
        return false; /* Java has thrown */
    }
    jboolean goes_on = (*jenv)->CallBooleanMethod(jenv, watch->object, watch->tell, array, first,
                                                  second, (jlong)(intptr_t)item);
    bool thrown = (*jenv)->ExceptionCheck(jenv);
    (*jenv)->DeleteLocalRef(jenv, array);
    return !thrown && goes_on;
}

static bool make_watch(JNIEnv *jenv, jobject object, java_watch *watch, flat_watch *made)
{
    jclass type = (*jenv)->GetObjectClass(jenv, object);
    *watch = (java_watch){jenv, object, (*jenv)->GetMethodID(jenv, type, "tell", "([BDDJ)Z")};
    *made = (flat_watch){tell_java, watch};
    return watch->tell != NULL;
}
%}

%typemap(jni) flat_watch *watch "jobject"
%typemap(jtype) flat_watch *watch "Watch"
%typemap(jstype) flat_watch *watch "Watch"
%typemap(javain) flat_watch *watch "$javainput"
%typemap(in) flat_watch *watch (flat_watch made, java_watch watch) {
  $1 = NULL;
  if ($input != NULL) {
    if (!make_watch(jenv, $input, &watch, &made)) return $null;
    $1 = &made;
  }
}
%typemap(freearg) flat_watch *watch ""
