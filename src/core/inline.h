/**
 * @file inline.h
 * What kernels ask of a compiler; nothing, where it does not know the words.
 */
#ifndef LSC_CORE_INLINE_H
#define LSC_CORE_INLINE_H

#if defined(__GNUC__)
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define NEVER_INLINE __attribute__((noinline))
#else
#define ALWAYS_INLINE inline
#define NEVER_INLINE
#endif

/** Before a loop of a fixed small count. */
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#elif defined(__GNUC__)
#define UNROLL _Pragma("GCC unroll 64")
#else
#define UNROLL
#endif

#endif
