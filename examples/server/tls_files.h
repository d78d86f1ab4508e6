/**
 * @file tls_files.h
 * The certificate and the key for TLS, from the files that settings name.
 */
#ifndef SRV_TLS_FILES_H
#define SRV_TLS_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "server_config.h"

/** Both as PEM; both NULL: there is to be no TLS. */
typedef struct srv_tls_files {
    char *certificate;
    char *key;
} srv_tls_files;

/**
 * Read them, and see that they fit each other.
 *
 * @param error  filled with one line that names the setting and says what to do
 * @return false: `files` is empty.
 */
bool srv_tls_read(const srv_config *config, srv_tls_files *files, char *error, size_t size);

void srv_tls_free(srv_tls_files *files);

#endif
