/**
 * @file formats.h
 * Formats of texts that the document names.
 */
#ifndef SRV_FORMATS_H
#define SRV_FORMATS_H

#include <stdbool.h>

typedef enum srv_format {
    SRV_FORMAT_ANY = 0,
    SRV_FORMAT_DATE_TIME, /**< RFC 3339, with a zone */
    SRV_FORMAT_EMAIL,     /**< one @, something on both sides, no spaces */
    SRV_FORMAT_UUID,
    SRV_FORMAT_URI,   /**< http or https */
    SRV_FORMAT_BYTE,  /**< Base64; its reader checks it */
    SRV_FORMAT_INT64, /**< of numbers: only describes */
    SRV_FORMAT_DOUBLE /**< likewise */
} srv_format;

/** The format of a name. False: it is none that is known. */
bool srv_format_of(const char *name, srv_format *format);
/** The name of a format. Static. */
const char *srv_format_name(srv_format format);
/** Whether a text is in a format. */
bool srv_format_check(srv_format format, const char *text);

#endif
