#include "bits.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

void lsc_float_bits_format(float number, char text[LSC_BITS_TEXT_SIZE])
{
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    snprintf(text, LSC_BITS_TEXT_SIZE, "0x%08" PRIx32, bits);
}

void lsc_double_bits_format(double number, char text[LSC_BITS_TEXT_SIZE])
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    snprintf(text, LSC_BITS_TEXT_SIZE, "0x%016" PRIx64, bits);
}

static bool hex_digit(char c, uint32_t *digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    if (at == NULL) {
        return false;
    }
    *digit = (uint32_t)(at - digits);
    return true;
}

bool lsc_float_bits_parse(const char *text, float *number)
{
    if (strlen(text) != 10 || text[0] != '0' || text[1] != 'x') {
        return false;
    }
    uint32_t bits = 0;
    for (size_t i = 2; i < 10; i++) {
        uint32_t digit;
        if (!hex_digit(text[i], &digit)) {
            return false;
        }
        bits = bits << 4 | digit;
    }
    memcpy(number, &bits, sizeof *number);
    return true;
}
