/**
 * @file export.h
 * How public symbols are marked. Every other header includes this one.
 */
#ifndef LEADSCORE_EXPORT_H
#define LEADSCORE_EXPORT_H

#if defined __GNUC__ || defined __clang__
#define LSC_API __attribute__((visibility("default")))
#else
#define LSC_API
#endif

#ifdef __cplusplus
#define LSC_BEGIN_DECLS extern "C" {
#define LSC_END_DECLS }
#else
#define LSC_BEGIN_DECLS
#define LSC_END_DECLS
#endif

#endif
