/**
 * @file fuzz_signature.h
 * Signatures of bundles by a key that the fuzzer trusts, made apart from the library's own writer, of
 * what docs/bundle.md says of them.
 */
#ifndef LSC_TESTS_FUZZ_SIGNATURE_H
#define LSC_TESTS_FUZZ_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

#include <leadscore/trust.h>

/** Bytes of a signature's frame. */
#define FUZZ_SIGNATURE_SIZE 214

/** The frame that signs the bytes, with a NUL behind it. */
void fuzz_sign(const uint8_t *bytes, size_t length, char frame[FUZZ_SIGNATURE_SIZE + 1]);

/** The key to trust, and its private half as PEM. */
const lsc_public_key *fuzz_trusted_key(void);
extern const char fuzz_private_key[];

#endif
