/**
 * @file seal_key.h
 * A key of 256 bits in a file of its own: 64 hex digits and perhaps a line end.
 */
#ifndef SRV_SEAL_KEY_H
#define SRV_SEAL_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/secrets.h"

/**
 * Read a key, or make one where there is no such file, readable by its owner alone.
 * @param why  filled on error, size bytes
 */
bool srv_seal_key_read(const char *path, uint8_t key[SRV_KEY_BYTES], char *why, size_t size);

#endif
