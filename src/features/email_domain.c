#include "features/email_domain.h"

#include <stdbool.h>
#include <string.h>

#include "core/text.h"

/** Bytes of a domain name at the most (RFC 1035). */
#define MAX_DOMAIN 255

const char *const lsc_email_class_names[] = {
    "business", "disposable", "education", "free", "government", NULL,
};

/* Sorted by bytes. As many in a line as there is room for. */
/* clang-format off */
static const char *const free_domains[] = {
    "126.com",       "163.com",      "abv.bg",       "aim.com",        "alice.it",
    "aol.com",       "att.net",      "bellsouth.net", "bigpond.com",   "bluewin.ch",
    "bol.com.br",    "btinternet.com", "comcast.net", "cox.net",       "daum.net",
    "earthlink.net", "fastmail.com", "foxmail.com",  "free.fr",        "freenet.de",
    "gmail.com",     "gmx.at",       "gmx.ch",       "gmx.com",        "gmx.de",
    "gmx.net",       "googlemail.com", "hey.com",    "hotmail.co.uk",  "hotmail.com",
    "hotmail.de",    "hotmail.es",   "hotmail.fr",   "hotmail.it",     "icloud.com",
    "inbox.lv",      "interia.pl",   "laposte.net",  "libero.it",      "list.ru",
    "live.co.uk",    "live.com",     "live.fr",      "live.nl",        "mac.com",
    "mail.com",      "mail.ru",      "me.com",       "msn.com",        "naver.com",
    "o2.pl",         "orange.fr",    "outlook.com",  "outlook.de",     "outlook.es",
    "outlook.fr",    "pm.me",        "proton.me",    "protonmail.com", "qq.com",
    "rediffmail.com", "rocketmail.com", "rogers.com", "sbcglobal.net", "seznam.cz",
    "sfr.fr",        "shaw.ca",      "sina.com",     "sky.com",        "sympatico.ca",
    "t-online.de",   "terra.com.br", "tiscali.it",   "tuta.com",       "tutanota.com",
    "uol.com.br",    "verizon.net",  "virgilio.it",  "virginmedia.com", "wanadoo.fr",
    "web.de",        "wp.pl",        "yahoo.ca",     "yahoo.co.in",    "yahoo.co.jp",
    "yahoo.co.uk",   "yahoo.com",    "yahoo.com.au", "yahoo.com.br",   "yahoo.de",
    "yahoo.es",      "yahoo.fr",     "yahoo.it",     "yandex.com",     "yandex.ru",
    "ymail.com",     "zoho.com",
};

static const char *const disposable_domains[] = {
    "10minutemail.com", "dispostable.com", "fakeinbox.com",     "getairmail.com",
    "getnada.com",      "guerrillamail.com", "mailcatch.com",   "maildrop.cc",
    "mailinator.com",   "mailnesia.com",   "mintemail.com",     "mohmal.com",
    "sharklasers.com",  "spamgourmet.com", "temp-mail.org",     "tempmail.com",
    "throwawaymail.com", "trashmail.com",  "yopmail.com",
};
/* clang-format on */

#define N_FREE (sizeof free_domains / sizeof free_domains[0])
#define N_DISPOSABLE (sizeof disposable_domains / sizeof disposable_domains[0])

/** Labels that stand last, or before a country's code ("ac.uk"). */
static const char *const education_labels[] = {"ac", "edu", NULL};
static const char *const government_labels[] = {"gob", "gouv", "gov", "govt", "mil", NULL};

static int compare_domains(const char *a, const char *b)
{
    /* The first byte spares most calls. */
    return a[0] != b[0] ? (unsigned char)a[0] - (unsigned char)b[0] : strcmp(a, b);
}

static bool in_list(const char *const *list, const char *text)
{
    for (; *list != NULL; list++) {
        if (compare_domains(*list, text) == 0) {
            return true;
        }
    }
    return false;
}

static bool in_sorted_list(const char *const *list, size_t n, const char *text)
{
    size_t low = 0;
    size_t high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_domains(list[middle], text);
        if (order == 0) {
            return true;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}

/**
 * Whether the domain, or one it is below ("eu.mailinator.com"), stands in the list, in which none is
 * without a dot.
 */
static bool is_below(const char *const *list, size_t n, const char *domain)
{
    const char *dot;
    while ((dot = strchr(domain, '.')) != NULL) {
        if (in_sorted_list(list, n, domain)) {
            return true;
        }
        domain = dot + 1;
    }
    return false;
}

/** Whether a label of the list is the last of the domain, or the last before a country's code. */
static bool has_label(const char *const *list, const char *domain)
{
    char copy[MAX_DOMAIN + 1];
    memcpy(copy, domain, strlen(domain) + 1);
    char *last = strrchr(copy, '.');
    if (last == NULL) {
        return false;
    }
    if (in_list(list, last + 1)) {
        /* ".ac" alone is a country's. */
        return strcmp(last + 1, "ac") != 0;
    }
    bool country = strlen(last + 1) == 2;
    *last = '\0';
    char *before = strrchr(copy, '.');
    return country && in_list(list, before != NULL ? before + 1 : copy);
}

lsc_email_class lsc_email_classify(const char *email, size_t length)
{
    const char *at = strrchr(email, '@');
    if (at == NULL || at == email) {
        return LSC_EMAIL_NONE;
    }
    const char *start = at + 1;
    size_t domain_length = length - (size_t)(start - email);
    if (domain_length > MAX_DOMAIN || memchr(start, '.', domain_length) == NULL) {
        return LSC_EMAIL_NONE;
    }
    char domain[MAX_DOMAIN + 1] = {0};
    lsc_text_lower(start, domain_length, domain);
    if (is_below(disposable_domains, N_DISPOSABLE, domain)) {
        return LSC_EMAIL_DISPOSABLE;
    }
    if (is_below(free_domains, N_FREE, domain)) {
        return LSC_EMAIL_FREE;
    }
    if (has_label(education_labels, domain)) {
        return LSC_EMAIL_EDUCATION;
    }
    return has_label(government_labels, domain) ? LSC_EMAIL_GOVERNMENT : LSC_EMAIL_BUSINESS;
}
