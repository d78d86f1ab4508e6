/*
 *     replay_<name> CORPUS CASES
 *
 * Runs a fuzzer's function over each file of two folders, in the order of their names. A fault ends
 * the process, so the name of a file is said before it is run. The corpus counts as one test, each
 * case as one of its own.
 */
#include "fuzz.h"

#include <dirent.h>
#include <string.h>
#include <sys/resource.h>

/** More than this at any time is a fault: MiB. */
#define MAX_MEMORY 2048

static int not_hidden(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void run_file(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    fprintf(stderr, "%s\n", path);
    FILE *file = fopen(path, "rb");
    fuzz_check(file != NULL);
    fuzz_check(fseek(file, 0, SEEK_END) == 0);
    long size = ftell(file);
    fuzz_check(size >= 0);
    rewind(file);
    /* Of exactly that size, so that a sanitizer sees the first byte past it. */
    uint8_t *bytes = malloc(size == 0 ? 1 : (size_t)size);
    fuzz_check(bytes != NULL);
    fuzz_check(fread(bytes, 1, (size_t)size, file) == (size_t)size);
    fclose(file);
    LLVMFuzzerTestOneInput(bytes, (size_t)size);
    free(bytes);
}

static int run_folder(const char *folder)
{
    struct dirent **entries;
    int n_entries = scandir(folder, &entries, not_hidden, alphasort);
    for (int i = 0; i < n_entries; i++) {
        run_file(folder, entries[i]->d_name);
        free(entries[i]);
    }
    if (n_entries >= 0) {
        free(entries);
    }
    return n_entries < 0 ? 0 : n_entries;
}

int main(int argc, char **argv)
{
    fuzz_check(argc == 3);
    fuzz_check(run_folder(argv[1]) > 0);
    int n_cases = run_folder(argv[2]);
    struct rusage usage;
    fuzz_check(getrusage(RUSAGE_SELF, &usage) == 0);
    fuzz_check(usage.ru_maxrss <= MAX_MEMORY * 1024L);
    printf("TESTS %d 0\n", 1 + n_cases);
    return EXIT_SUCCESS;
}
