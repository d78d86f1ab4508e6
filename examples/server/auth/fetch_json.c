#include "auth/fetch_json.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "auth/provider.h"

typedef struct answer {
    char *bytes;
    size_t n;
} answer;

bool srv_fetch_allowed(const char *url)
{
    static const char *const here[] = {"http://127.0.0.1", "http://[::1]", "http://localhost"};
    if (strncmp(url, "https://", 8) == 0) {
        return true;
    }
    for (size_t i = 0; i < sizeof here / sizeof here[0]; i++) {
        size_t n = strlen(here[i]);
        if (strncmp(url, here[i], n) == 0 && (url[n] == ':' || url[n] == '/' || url[n] == '\0')) {
            /* "http://localhost:1@elsewhere" is elsewhere. */
            return strchr(url, '@') == NULL;
        }
    }
    return false;
}

static size_t take(char *bytes, size_t size, size_t n, void *ctx)
{
    answer *all = ctx;
    n *= size;
    if (n > SRV_MAX_PROVIDER_ANSWER - all->n) {
        return 0;
    }
    char *longer = realloc(all->bytes, all->n + n + 1);
    if (longer == NULL) {
        return 0;
    }
    all->bytes = longer;
    memcpy(all->bytes + all->n, bytes, n);
    all->n += n;
    return n;
}

int64_t srv_fetch_until(int64_t ms)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + ms;
}

/* Of curl 0 would be no limit at all. */
static bool limit_time(CURL *curl, int64_t until_ms)
{
    int64_t left_ms = until_ms - srv_fetch_until(0);
    return left_ms > 0 &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, SRV_FETCH_CONNECT_MS) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)left_ms) == CURLE_OK;
}

static bool set_up(CURL *curl, const char *url, const char *form, answer *all)
{
    return curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, all) == CURLE_OK &&
           (form == NULL || curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form) == CURLE_OK);
}

json_t *srv_fetch_json(const char *url, const char *form, int64_t until_ms, long *status)
{
    answer all = {NULL, 0};
    json_t *body = NULL;
    CURL *curl = srv_fetch_allowed(url) ? curl_easy_init() : NULL;
    *status = 0;
    if (curl != NULL && set_up(curl, url, form, &all) && limit_time(curl, until_ms) &&
        curl_easy_perform(curl) == CURLE_OK) {
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
        body =
            all.bytes != NULL ? json_loadb(all.bytes, all.n, JSON_REJECT_DUPLICATES, NULL) : NULL;
    }
    curl_easy_cleanup(curl);
    free(all.bytes);
    return body;
}

char *srv_form_text(const char *text)
{
    char *escaped = curl_easy_escape(NULL, text, 0);
    char *copy = escaped != NULL ? strdup(escaped) : NULL;
    curl_free(escaped);
    return copy;
}
