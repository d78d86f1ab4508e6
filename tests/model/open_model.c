/*
 * open_model MODEL.lsm: what opening a model takes. Prints the size of its nodes, what is kept of the
 * model, the bytes that the process had allocated at the most, and VmHWM of Linux; from a file, and with "bytes" behind it from
 * memory. The numbers of docs/bundle.md come from it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <leadscore/leadscore.h>

#include "heap_peak.h"

static size_t vm_hwm(void)
{
    char line[256];
    size_t kilobytes = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        sscanf(line, "VmHWM: %zu", &kilobytes);
    }
    if (file != NULL) {
        fclose(file);
    }
    return kilobytes * 1024;
}

static char *read_whole(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        exit(EXIT_FAILURE);
    }
    *length = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*length);
    if (bytes == NULL || fread(bytes, 1, *length, file) != *length) {
        exit(EXIT_FAILURE);
    }
    fclose(file);
    return bytes;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_model *model = NULL;
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    if (argc < 2) {
        return EXIT_FAILURE;
    }
    size_t held = heap_live_bytes();
    size_t resident = vm_hwm();
    double begin = seconds();
    if (argc > 2) {
        size_t length = 0;
        char *bytes = read_whole(argv[1], &length);
        lsc_model_load_bytes(bytes, length, NULL, &model, &error);
        free(bytes);
    } else {
        lsc_model_load_file(argv[1], NULL, &model, &error);
    }
    double end = seconds();
    if (model == NULL || lsc_model_get_info(model, &info, &error) != LSC_OK) {
        fprintf(stderr, "%s\n", error.message);
        return EXIT_FAILURE;
    }
    double nodes = 16.0 * (double)info.n_nodes + 4.0 * (double)info.n_trees;
    double kept = (double)(heap_live_bytes() - held);
    double peak = (double)(heap_peak_bytes() - held);
    double grown = (double)(vm_hwm() - resident);
    printf("nodes         %10.0f bytes: %zu trees, %zu nodes\n", nodes, info.n_trees, info.n_nodes);
    printf("kept          %10.0f bytes: these, and their layouts for the kernels\n", kept);
    printf("heap at most  %10.0f bytes: %.2f times what is kept\n", peak, peak / kept);
    printf("VmHWM grew by %10.0f bytes: %.2f times what is kept\n", grown, grown / kept);
    printf("CPU time      %10.1f ms\n", 1000 * (end - begin));
    lsc_model_unref(model);
    return EXIT_SUCCESS;
}
