#include "problem.h"

#include <string.h>

#define CHARACTER_BYTES 4 /* of UTF-8, at most */

typedef struct titled {
    unsigned status;
    const char *title;
} titled;

static const titled titles[] = {
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
};

/* "Error" for one that this server does not give. */
static const char *title_of(unsigned status)
{
    for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
        if (titles[i].status == status) {
            return titles[i].title;
        }
    }
    return "Error";
}

json_t *srv_cut_text(const char *text)
{
    size_t length = strlen(text);
    json_t *whole = json_string(text);
    for (size_t cut = 1; whole == NULL && cut < CHARACTER_BYTES && cut <= length; cut++) {
        whole = json_stringn(text, length - cut);
    }
    return whole != NULL ? whole : json_string("");
}

json_t *srv_problem(unsigned status, const char *code, const char *detail, const char *request_id)
{
    return json_pack("{s:s, s:s, s:i, s:s, s:o, s:s}", "type", "about:blank", "title",
                     title_of(status), "status", (int)status, "code", code, "detail",
                     srv_cut_text(detail), "request_id", request_id);
}

typedef struct translated {
    lsc_status from;
    unsigned status;
    const char *code;
} translated;

static const translated translations[] = {
    {LSC_INVALID_ARG, 422, "invalid"},
    {LSC_NOT_FOUND, 404, "not_found"},
    {LSC_LIMIT, 422, "limit"},
    {LSC_BAD_JSON, 422, "bad_json"},
    {LSC_BAD_LEAD, 422, "bad_lead"},
    {LSC_BAD_SPEC, 422, "bad_spec"},
    {LSC_BAD_MODEL, 422, "bad_model"},
    {LSC_UNSUPPORTED, 422, "unsupported"},
    {LSC_BAD_DATA, 422, "bad_data"},
    {LSC_MISMATCH, 409, "mismatch"},
    {LSC_INPUT_NOT_HELD, 409, "input_not_held"},
    {LSC_UNTRUSTED, 422, "untrusted"},
    {LSC_BUSY, 503, "busy"},
    {LSC_CONFLICT, 409, "conflict"},
    {LSC_GATE_FAILED, 409, "gate_failed"},
    {LSC_NO_MEMORY, 503, "no_memory"},
    {LSC_CANCELLED, 409, "cancelled"},
};

unsigned srv_problem_of_library(lsc_status status, const char **code)
{
    for (size_t i = 0; i < sizeof(translations) / sizeof(translations[0]); i++) {
        if (translations[i].from == status) {
            *code = translations[i].code;
            return translations[i].status;
        }
    }
    *code = "internal";
    return 500;
}
