/**
 * @file fuzz.h
 * What the fuzzers share. A fuzzer is one file fuzz_<name>.c with LLVMFuzzerTestOneInput(), which
 * reads its bytes as what <name> says and uses what was accepted. It keeps what is dear to make from
 * one input to the next, and its answer depends on nothing but the bytes.
 *
 * The same function is run by libFuzzer (make fuzz) and by replay_files.c (make test).
 */
#ifndef LSC_TESTS_FUZZ_H
#define LSC_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <leadscore/leadscore.h>

/** One input. Returns 0; a fault ends the process. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/**
 * Inputs that know their structure: change `bytes` in place.
 * @param room  that there is behind `bytes`
 * @return the new length
 */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t room, unsigned int seed);

/** libFuzzer's own change of plain bytes, for the use of mutators. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t length, size_t room);

/** A fact that no input may make false. */
#define fuzz_check(fact)                                                              \
    do {                                                                              \
        if (!(fact)) {                                                                \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #fact); \
            abort();                                                                  \
        }                                                                             \
    } while (0)

/** A call that must work. */
#define fuzz_ok(call)                                                               \
    do {                                                                            \
        lsc_error fuzz_error = LSC_ERROR_INIT;                                      \
        lsc_error *error = &fuzz_error;                                             \
        if ((call) != LSC_OK) {                                                     \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, fuzz_error.message); \
            abort();                                                                \
        }                                                                           \
    } while (0)

/** That a refusal explains itself: a status, one line of text, an offset within the input. */
void fuzz_check_refusal(lsc_status status, const lsc_error *error, size_t length);

/** One of a few times, the earliest and the latest among them; the same bytes give the same. */
int64_t fuzz_time(const uint8_t *bytes, size_t length);

/** A number of `bytes` below `below`; the same bytes give the same. */
size_t fuzz_choice(const uint8_t *bytes, size_t length, size_t below);

/** A file of the source tree, NUL-terminated past its end, freed with free(). */
char *fuzz_file(const char *path, size_t *length);

/** A scorer of models/starter.lsm. Lives until the process ends. */
lsc_scorer *fuzz_starter(void);
/** Likewise of boosted trees: tests/golden/gbdt.lsm. */
lsc_scorer *fuzz_trees(void);

/** Three leads with activities: one bare, two that most features say something of. */
#define FUZZ_LEADS 3
lsc_lead *fuzz_sample_lead(size_t number);

/**
 * Score and explain a lead, and check what must hold of the answers.
 * @param replay  write the explanation as JSON too, and replay its receipt: ten times as dear
 */
void fuzz_use_lead(lsc_scorer *scorer, lsc_lead *lead, int64_t as_of_ms, bool replay);

/** Score and explain vectors: of nothing, of zeros, of extremes, and of `bytes`. */
void fuzz_use_vectors(lsc_scorer *scorer, const uint8_t *bytes, size_t length);

/** Extract the vectors of the sample leads, and check that they are numbers or missing. */
void fuzz_use_spec(const lsc_spec *spec);

#endif
