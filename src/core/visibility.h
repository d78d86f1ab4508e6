/**
 * @file visibility.h
 * LSC_SHARED marks an internal function that the sibling libraries (train, store) call. It is
 * exported in the map file's private node, whose name carries the full version: a sibling of
 * another release does not link against it. It is no part of the ABI.
 */
#ifndef LSC_CORE_VISIBILITY_H
#define LSC_CORE_VISIBILITY_H

#include <leadscore/export.h>

#define LSC_SHARED LSC_API

#if defined __GNUC__ || defined __clang__
#define LSC_PRINTF(at, first) __attribute__((format(printf, at, first)))
#else
#define LSC_PRINTF(at, first)
#endif

#endif
