/**
 * @file email_domain.h
 * What kind of domain an e-mail address has.
 */
#ifndef LSC_FEATURES_EMAIL_DOMAIN_H
#define LSC_FEATURES_EMAIL_DOMAIN_H

#include <stddef.h>

/** Sorted by name, as columns are. Every domain that is none of the others is a business's. */
typedef enum lsc_email_class {
    LSC_EMAIL_BUSINESS,
    LSC_EMAIL_DISPOSABLE, /**< an address to be thrown away */
    LSC_EMAIL_EDUCATION,
    LSC_EMAIL_FREE, /**< a mailbox provider for anybody */
    LSC_EMAIL_GOVERNMENT,
    LSC_EMAIL_NONE /**< not an address */
} lsc_email_class;

/** The names of the classes but LSC_EMAIL_NONE, NULL-terminated. */
extern const char *const lsc_email_class_names[];

lsc_email_class lsc_email_classify(const char *email, size_t length);

#endif
