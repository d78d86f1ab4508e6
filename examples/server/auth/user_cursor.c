#include "auth/user_cursor.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "principal.h"

#define ALPHABET sodium_base64_VARIANT_URLSAFE_NO_PADDING
/* Room for what a cursor is sealed for. */
#define PLACE_TEXT (SRV_MAX_ORGANIZATION + 16)

static void name_place(char place[PLACE_TEXT], const char *organization)
{
    snprintf(place, PLACE_TEXT, "users after:%s", organization);
}

char *srv_user_cursor_make(const srv_auth_db *db, const char *organization, const char *id)
{
    char place[PLACE_TEXT];
    size_t length = strlen(id);
    size_t size = sodium_base64_encoded_len(length + SRV_SEAL_BYTES, ALPHABET);
    uint8_t *sealed = malloc(length + SRV_SEAL_BYTES);
    char *cursor = malloc(size);
    if (sealed != NULL && cursor != NULL) {
        name_place(place, organization);
        srv_seal(srv_db_key(db), place, (const uint8_t *)id, length, sealed);
        sodium_bin2base64(cursor, size, sealed, length + SRV_SEAL_BYTES, ALPHABET);
    } else {
        free(cursor);
        cursor = NULL;
    }
    free(sealed);
    return cursor;
}

char *srv_user_cursor_read(const srv_auth_db *db, const char *organization, const char *cursor)
{
    char place[PLACE_TEXT];
    size_t length = strlen(cursor);
    size_t n = 0;
    uint8_t *sealed = malloc(length + 1);
    char *id = calloc(1, length + 1);
    name_place(place, organization);
    if (sealed == NULL || id == NULL ||
        sodium_base642bin(sealed, length, cursor, length, NULL, &n, NULL, ALPHABET) != 0 ||
        n <= SRV_SEAL_BYTES || !srv_unseal(srv_db_key(db), place, sealed, n, (uint8_t *)id)) {
        free(id);
        id = NULL;
    }
    free(sealed);
    return id;
}
