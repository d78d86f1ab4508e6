/**
 * @file embedded.h
 * Files that stand in the program, put there by embed.py.
 */
#ifndef SRV_EMBEDDED_H
#define SRV_EMBEDDED_H

#include <stddef.h>

extern const unsigned char srv_openapi_json[];
extern const size_t srv_openapi_json_length;
extern const unsigned char srv_docs_html[];
extern const size_t srv_docs_html_length;
extern const unsigned char srv_docs_js[];
extern const size_t srv_docs_js_length;
extern const unsigned char srv_docs_css[];
extern const size_t srv_docs_css_length;

#endif
