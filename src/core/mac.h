/**
 * @file mac.h
 * HMAC-SHA256 (RFC 2104) through libcrypto.
 */
#ifndef LSC_CORE_MAC_H
#define LSC_CORE_MAC_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "memory.h"

/** Bytes of a key and of what it makes of a message. */
#define LSC_MAC_KEY_SIZE 32
#define LSC_MAC_SIZE 32

/** A key, ready for one message after the other. One thread at a time. */
typedef struct lsc_mac lsc_mac;

/**
 * @param mac  set to what lsc_mac_free() frees, which cleanses its copy of the key; NULL on error
 * @return LSC_OK; LSC_NO_MEMORY; LSC_INTERNAL where libcrypto has no HMAC.
 */
LSC_SHARED lsc_status lsc_mac_new(const uint8_t key[LSC_MAC_KEY_SIZE],
                                  const lsc_allocator *allocator, lsc_mac **mac, lsc_error *error);
/** NULL is allowed. */
LSC_SHARED void lsc_mac_free(lsc_mac *mac);

/**
 * The code of a message.
 * @param code  filled; untouched on error
 * @return LSC_OK, LSC_NO_MEMORY or LSC_INTERNAL.
 */
LSC_SHARED lsc_status lsc_mac_of(lsc_mac *mac, const void *message, size_t length,
                                 uint8_t code[LSC_MAC_SIZE], lsc_error *error);

#endif
