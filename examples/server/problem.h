/**
 * @file problem.h
 * Errors as clients get them: problem documents of RFC 9457.
 */
#ifndef SRV_PROBLEM_H
#define SRV_PROBLEM_H

#include <jansson.h>

#include <leadscore/status.h>

#define SRV_PROBLEM_TYPE "application/problem+json"

/**
 * A problem document.
 *
 * @param code        stable, for programs
 * @param detail      for people
 * @param request_id  that of the log
 */
json_t *srv_problem(unsigned status, const char *code, const char *detail, const char *request_id);

/**
 * A text as JSON, without a character at its end that was cut in two: a document is lost by it. Empty where it is no
 * UTF-8 for another reason. NULL: no memory.
 */
json_t *srv_cut_text(const char *text);

/** The HTTP status that an error of the library is, and its stable code. */
unsigned srv_problem_of_library(lsc_status status, const char **code);

#endif
