#include "fuzz_store.h"

#include <string.h>
#include <unistd.h>

#include "core/hash.h"

/*
 * A backup. An input that begins with the magic of an encrypted one is that; the hash in its header is made right,
 * since without that nothing behind it is looked at. Any other says how a plain one is damaged.
 */

/** Of an encrypted backup: bytes that its hash is of. */
#define HASHED 160

static const lsc_store_key key = {sizeof key, NULL, {5, 6, 7, 8}};

/** As many bytes as fit, with the hash made right. */
static size_t complete(uint8_t *file, size_t room, const uint8_t *bytes, size_t length)
{
    const size_t n = length < room ? length : room;
    memcpy(file, bytes, n);
    if (n >= HASHED + LSC_HASH_SIZE) {
        fuzz_ok(lsc_hash_block(file, HASHED, file + HASHED, error));
    }
    return n;
}

static bool is_sealed(const uint8_t *bytes, size_t length)
{
    return length > 8 && memcmp(bytes, "LSCBAKUP", 8) == 0;
}

static void write_backup(const char *path, const uint8_t *bytes, size_t length)
{
    static uint8_t sealed[1 << 16];
    size_t size;
    if (is_sealed(bytes, length)) {
        fuzz_write(path, sealed, complete(sealed, sizeof sealed, bytes, length));
        return;
    }
    const uint8_t *plain = fuzz_damaged_store(bytes, length, &size);
    fuzz_write(path, plain, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    lsc_error why = LSC_ERROR_INIT;
    lsc_restore options = LSC_RESTORE_INIT;
    lsc_store *store = NULL;
    const char *backup = fuzz_path("a.backup");
    const char *back = fuzz_path("back.store");
    fuzz_remove(back);
    write_backup(backup, bytes, length);
    if (is_sealed(bytes, length) && fuzz_choice(bytes, length, 4) != 0) {
        options.key = &key;
    }
    if (fuzz_store_status(lsc_store_restore(backup, back, &options, &why), &why)) {
        fuzz_ok(lsc_store_open(back, NULL, &store, error));
        fuzz_ok(lsc_store_check(store, error));
        lsc_store_close(store);
    } else {
        fuzz_check(access(back, F_OK) != 0);
    }
    return 0;
}
