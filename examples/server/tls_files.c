#include "tls_files.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NULL, with errno: it cannot be read, or is longer than any. */
static char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = file != NULL ? calloc(1, SRV_MAX_CONFIG_FILE + 1) : NULL;
    if (text != NULL) {
        size_t length = fread(text, 1, SRV_MAX_CONFIG_FILE + 1, file);
        errno = length > SRV_MAX_CONFIG_FILE ? EFBIG : errno;
        if (ferror(file) != 0 || length > SRV_MAX_CONFIG_FILE) {
            free(text);
            text = NULL;
        }
    }
    if (file != NULL) {
        int fault = errno;
        fclose(file);
        errno = fault;
    }
    return text;
}

static char *read_setting(const char *key, const char *path, char *error, size_t size)
{
    char *text = read_text(path);
    if (text == NULL) {
        snprintf(error, size, "%s is \"%s\", which cannot be read: %s", key, path, strerror(errno));
    }
    return text;
}

typedef struct reason {
    char text[192];
} reason;

/* libmicrohttpd says first what is wrong, in one line, and then that it gives up. */
static void keep_first(void *ctx, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static void keep_first(void *ctx, const char *format, va_list arguments)
{
    reason *why = ctx;
    if (why->text[0] == '\0') {
        vsnprintf(why->text, sizeof(why->text), format, arguments);
        why->text[strcspn(why->text, "\n")] = '\0';
    }
}

static enum MHD_Result answer_nothing(void *ctx, struct MHD_Connection *connection, const char *url,
                                      const char *method, const char *version, const char *part,
                                      size_t *part_length, void **of_request)
{
    (void)ctx, (void)connection, (void)url, (void)method;
    (void)version, (void)part, (void)part_length, (void)of_request;
    return MHD_NO;
}

/* By the one that is to take them, which listens nowhere this time, and has no thread. */
static bool fit(const srv_tls_files *files, reason *why)
{
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_TLS | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG, 0, NULL, NULL, answer_nothing,
        NULL, MHD_OPTION_EXTERNAL_LOGGER, keep_first, why, MHD_OPTION_HTTPS_MEM_CERT,
        files->certificate, MHD_OPTION_HTTPS_MEM_KEY, files->key, MHD_OPTION_END);
    if (daemon != NULL) {
        MHD_stop_daemon(daemon);
    }
    return daemon != NULL;
}

bool srv_tls_read(const srv_config *config, srv_tls_files *files, char *error, size_t size)
{
    reason why = {""};
    *files = (srv_tls_files){NULL, NULL};
    if (config->tls_key == NULL) {
        return true;
    }
    files->certificate = read_setting("tls_certificate", config->tls_certificate, error, size);
    files->key =
        files->certificate != NULL ? read_setting("tls_key", config->tls_key, error, size) : NULL;
    if (files->key != NULL && fit(files, &why)) {
        return true;
    }
    if (files->key != NULL) {
        snprintf(error, size,
                 "tls_certificate is \"%s\" and tls_key \"%s\", which cannot be used: take PEM "
                 "files of one pair, the key without a passphrase (%s)",
                 config->tls_certificate, config->tls_key, why.text);
    }
    srv_tls_free(files);
    return false;
}

void srv_tls_free(srv_tls_files *files)
{
    free(files->certificate);
    free(files->key);
    *files = (srv_tls_files){NULL, NULL};
}
