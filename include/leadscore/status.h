/**
 * @file status.h
 * Status codes and the error that explains them.
 */
#ifndef LEADSCORE_STATUS_H
#define LEADSCORE_STATUS_H

#include <stdint.h>

#include "export.h"

LSC_BEGIN_DECLS

/**
 * What a call came to. Codes are positive, stable and never reused; docs/errors.md says
 * for each what a program should do about it.
 */
typedef enum lsc_status {
    LSC_OK = 0,
    LSC_INVALID_ARG = 1,     /**< The caller broke a rule of the function's documentation. */
    LSC_NO_MEMORY = 2,       /**< The allocator returned NULL. */
    LSC_IO = 3,              /**< The system refused to open, read, write or rename. */
    LSC_NOT_FOUND = 4,       /**< The named file, lead, feature or member does not exist. */
    LSC_LIMIT = 5,           /**< An input is larger or deeper than a documented limit. */
    LSC_BAD_JSON = 6,        /**< Not RFC 8259 JSON, or JSON that repeats a key. */
    LSC_BAD_CSV = 7,         /**< Not a table: ragged row, unclosed quote, missing column. */
    LSC_BAD_LEAD = 8,        /**< JSON, but not a valid lead, activity or outcome. */
    LSC_BAD_SPEC = 9,        /**< JSON, but not a valid feature spec or scorecard. */
    LSC_BAD_MODEL = 10,      /**< The bundle or the model in it is damaged, hostile or invalid. */
    LSC_UNSUPPORTED = 11,    /**< Valid, but newer than or outside what this library reads. */
    LSC_BAD_DATA = 12,       /**< Nothing can be learned from this data (one class, no rows...). */
    LSC_TRAINING = 13,       /**< XGBoost reported an error. */
    LSC_CANCELLED = 14,      /**< The caller's callback asked to stop. */
    LSC_MISMATCH = 15,       /**< A replayed score differs from its receipt. */
    LSC_INPUT_NOT_HELD = 16, /**< The input a receipt names has been erased or is not there. */
    LSC_INTERNAL = 17,       /**< A fault of the library itself. Please report it. */
    LSC_UNTRUSTED = 18,      /**< The bundle is not signed by a key that is trusted. */
    LSC_BAD_KEY = 19,        /**< Not a key of the kind asked for, not its passphrase, or not the
                                  key that something was encrypted with. */
    LSC_BUSY = 20,           /**< Another connection was writing the store for too long. */
    LSC_BAD_STORE = 21,      /**< Not a store: damaged, or another program's database. */
    LSC_CONFLICT = 22,       /**< What may stand in the store once stands there already. */
    LSC_GATE_FAILED = 23     /**< The model's gate did not pass, and nothing forced it. */
} lsc_status;

/** Size of lsc_error.message, with its final NUL. Longer messages are cut at a character. */
#define LSC_ERROR_MESSAGE_SIZE 512

/**
 * Why a call failed. Owned by the caller, needs no memory, may be copied and passed between
 * threads. Every fallible call takes a pointer to one as its last argument, or NULL.
 *
 * On LSC_OK the struct is left as it was.
 */
typedef struct lsc_error {
    lsc_status status;
    int64_t offset; /**< Byte offset of the fault in the input, or -1 where there is none. */
    char message[LSC_ERROR_MESSAGE_SIZE]; /**< One line of UTF-8, no final newline. */
} lsc_error;

/** An lsc_error that holds no error. */
/* clang-format off */
#define LSC_ERROR_INIT {LSC_OK, -1, {0}}
/* clang-format on */

/**
 * The name of a status, e.g. "LSC_BAD_JSON"; "LSC_UNKNOWN" for a number that is none.
 * The string is static.
 * @since 0.1
 */
LSC_API const char *lsc_status_name(lsc_status status);

LSC_END_DECLS

#endif
