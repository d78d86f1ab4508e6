/**
 * @file report_page.h
 * The page of `leadscore report`, made at build time by page/build_page.py: what stands before the
 * model's data, and what after. UTF-8, not NUL-terminated.
 */
#ifndef LSC_CLI_REPORT_PAGE_H
#define LSC_CLI_REPORT_PAGE_H

#include <stddef.h>

extern const unsigned char lsc_page_before[];
extern const size_t lsc_page_before_size;
extern const unsigned char lsc_page_after[];
extern const size_t lsc_page_after_size;

#endif
