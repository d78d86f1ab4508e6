/*
 * Counts what SQLite does for a server in which it is preloaded: instructions of its virtual machine, of which each
 * row that a statement looks at takes some. They are added up in the file that LEADSCORE_COUNTS names: a number for
 * the store, then one for auth.db.
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef int step_function(sqlite3_stmt *);

static _Atomic uint64_t nowhere[2];
static _Atomic uint64_t *counts = nowhere;
static step_function *real_step;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("LEADSCORE_COUNTS");
    int file = path != NULL ? open(path, O_RDWR | O_CREAT, 0600) : -1;
    void *found = dlsym(RTLD_NEXT, "sqlite3_step");
    memcpy(&real_step, &found, sizeof real_step);
    if (file >= 0 && ftruncate(file, sizeof nowhere) == 0) {
        void *shared = mmap(NULL, sizeof nowhere, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        counts = shared != MAP_FAILED ? shared : nowhere;
        close(file);
    }
}

int sqlite3_step(sqlite3_stmt *statement)
{
    int status = real_step(statement);
    const char *name = sqlite3_db_filename(sqlite3_db_handle(statement), "main");
    int which = name != NULL && strstr(name, "auth") != NULL;
    atomic_fetch_add(&counts[which], sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1));
    return status;
}
