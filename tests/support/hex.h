/**
 * @file hex.h
 * Published test vectors, which are in hex.
 */
#ifndef LSC_TEST_HEX_H
#define LSC_TEST_HEX_H

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/** @return how many bytes a text of hex has. */
static inline size_t read_hex(const char *hex, uint8_t *bytes)
{
    size_t length = strlen(hex) / 2;
    for (size_t i = 0; i < length; i++) {
        unsigned byte = 0;
        ck_assert_int_eq(sscanf(hex + 2 * i, "%2x", &byte), 1);
        bytes[i] = (uint8_t)byte;
    }
    return length;
}

#endif
