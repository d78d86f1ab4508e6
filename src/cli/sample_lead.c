#include "sample_lead.h"

#include <string.h>

#include "json_out.h"

/* A choice: how common it is, and how much more so per unit of fit. */
typedef struct choice {
    const char *name;
    double share;
    double affinity;
} choice;

static const choice TITLES[] = {
    {"Chief Executive Officer", 0.5, 0.8},
    {"Chief Technology Officer", 0.5, 0.9},
    {"VP Sales", 0.7, 0.9},
    {"VP Marketing", 0.7, 0.8},
    {"Director of Operations", 1.0, 0.5},
    {"Head of Growth", 0.9, 0.6},
    {"Marketing Manager", 1.6, 0.1},
    {"Sales Manager", 1.4, 0.1},
    {"IT Manager", 1.2, 0.0},
    {"Software Engineer", 1.2, -0.4},
    {"Data Analyst", 1.2, -0.5},
    {"Account Executive", 1.0, -0.3},
    {"Office Assistant", 0.8, -0.9},
    {"Intern", 0.6, -1.2},
    {"Student", 0.6, -1.4},
};

/* Where a promotion leads from each title. */
static const uint8_t PROMOTED[] = {0, 1, 0, 0, 2, 3, 5, 2, 1, 8, 4, 7, 11, 10, 10};

static const choice INDUSTRIES[] = {
    {"software", 1.6, 0.8},      {"financial services", 1.2, 0.6}, {"healthcare", 1.0, 0.2},
    {"manufacturing", 1.2, 0.1}, {"logistics", 0.8, 0.0},          {"retail", 1.2, -0.3},
    {"media", 0.7, -0.2},        {"education", 0.8, -0.8},         {"nonprofit", 0.6, -1.0},
    {"government", 0.6, -0.6},
};

static const choice COUNTRIES[] = {
    {"US", 3.0, 0.4}, {"GB", 1.2, 0.3}, {"DE", 1.2, 0.3},  {"CA", 0.8, 0.3},  {"FR", 0.8, 0.0},
    {"NL", 0.6, 0.1}, {"AU", 0.5, 0.0}, {"IN", 1.2, -0.5}, {"BR", 0.7, -0.5}, {"NG", 0.5, -0.8},
};

static const choice SOURCES[] = {
    {"website", 2.0, 0.1},     {"referral", 0.8, 0.6}, {"webinar", 1.0, 0.2},
    {"paid search", 1.2, 0.0}, {"event", 0.7, 0.1},    {"list import", 0.9, -0.5},
};

/* Technologies are had independently: log-odds at fit 0, and per unit of fit. */
static const choice TECHNOLOGIES[] = {
    {"salesforce", -0.9, 0.8}, {"hubspot", -1.0, 0.6},    {"snowflake", -1.8, 0.9},
    {"aws", -0.3, 0.4},        {"kubernetes", -1.6, 0.6}, {"segment", -2.2, 0.9},
    {"marketo", -1.8, 0.6},    {"wordpress", -0.4, -0.4}, {"excel", 0.2, -0.4},
    {"php", -1.0, -0.4},
};

static const char *const FIRST_NAMES[] = {
    "Ada",    "Ben",  "Carla", "David", "Elena", "Farid",  "Grace", "Hugo",  "Ines",
    "Jonas",  "Kim",  "Lena",  "Marek", "Nadia", "Oscar",  "Priya", "Quinn", "Rosa",
    "Samuel", "Tara", "Uwe",   "Vera",  "Wei",   "Ximena", "Yusuf", "Zoë",
};
static const char *const LAST_NAMES[] = {
    "Adams",  "Baker",    "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Hansen", "Ito",
    "Jansen", "Kowalski", "Lopez", "Müller", "Nguyen",  "Okafor",  "Patel",  "Quist",  "Rossi",
    "Silva",  "Tanaka",   "Ueda",  "Varga",  "Weber",   "Xu",      "Young",  "Zimmer",
};
static const char *const COMPANY_FIRST[] = {
    "Amber",  "Blue",    "Cedar",   "Delta", "Ember",  "Falcon", "Granite",
    "Harbor", "Iron",    "Juniper", "Kite",  "Lunar",  "Maple",  "North",
    "Ocean",  "Pioneer", "Quartz",  "River", "Summit", "Tidal",
};
static const char *const COMPANY_SECOND[] = {
    "Analytics",  "Bridge", "Care",      "Dynamics", "Energy",   "Foods",    "Group",   "Health",
    "Industries", "Labs",   "Logistics", "Media",    "Networks", "Partners", "Systems", "Works",
};
static const char *const FREE_MAIL[] = {"gmail.com", "outlook.com", "yahoo.com", "gmx.de"};
static const char *const US_STATES[] = {"California", "New York", "Texas", "Washington"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint8_t choose(const choice *choices, size_t n, double fit, lsc_dice *dice)
{
    double weights[16];
    for (size_t i = 0; i < n; i++) {
        weights[i] = choices[i].share * lsc_sample_exp(choices[i].affinity * fit);
    }
    return (uint8_t)lsc_dice_pick(dice, weights, n);
}

static uint16_t choose_technologies(double fit, lsc_dice *dice)
{
    uint16_t bits = 0;
    for (size_t i = 0; i < COUNT(TECHNOLOGIES); i++) {
        const double odds = TECHNOLOGIES[i].share + TECHNOLOGIES[i].affinity * fit;
        if (lsc_dice_chance(dice, lsc_sample_logistic(odds))) {
            bits |= (uint16_t)(1u << i);
        }
    }
    return bits;
}

static uint32_t choose_size(double fit, lsc_dice *dice)
{
    const double size = lsc_sample_exp(4.6 + 1.0 * fit + 1.0 * lsc_dice_normal(dice));
    return size < 1 ? 1 : (uint32_t)size;
}

static void draw_company(lsc_sample_lead *lead, lsc_dice *dice)
{
    const double fit = lead->latent.fit;
    lead->company_first = (uint8_t)lsc_dice_below(dice, COUNT(COMPANY_FIRST));
    lead->company_second = (uint8_t)lsc_dice_below(dice, COUNT(COMPANY_SECOND));
    lead->industry = choose(INDUSTRIES, COUNT(INDUSTRIES), fit, dice);
    lead->country = choose(COUNTRIES, COUNT(COUNTRIES), fit, dice);
    lead->technologies = choose_technologies(fit, dice);
    lead->employee_count = choose_size(fit, dice);
    lead->revenue_per_head = 80000 + 1000 * (uint32_t)lsc_dice_below(dice, 160);
    lead->scanned = lsc_dice_chance(dice, 0.15);
}

static void draw_person(lsc_sample_lead *lead, lsc_dice *dice)
{
    const double fit = lead->latent.fit;
    lead->first_name = (uint8_t)lsc_dice_below(dice, COUNT(FIRST_NAMES));
    lead->last_name = (uint8_t)lsc_dice_below(dice, COUNT(LAST_NAMES));
    lead->title = choose(TITLES, COUNT(TITLES), fit, dice);
    lead->source = choose(SOURCES, COUNT(SOURCES), fit, dice);
    lead->phone = (uint32_t)lsc_dice_below(dice, 10000000);
    lead->free_mail = lsc_dice_chance(dice, lsc_sample_logistic(-1.6 - 0.7 * fit));
    lead->takes_mail = lsc_dice_chance(dice, 0.92);
    lead->profiled = !lsc_dice_chance(dice, 0.006);
    lead->silent = lsc_dice_chance(dice, 0.04);
}

/* What is known of a lead. */
static void draw_gaps(lsc_sample_lead *lead, lsc_dice *dice)
{
    lead->has_email = lsc_dice_chance(dice, 0.95);
    lead->has_phone = lsc_dice_chance(dice, 0.45);
    lead->has_title = lsc_dice_chance(dice, 0.90);
    lead->has_industry = lsc_dice_chance(dice, 0.92);
    lead->has_size = lsc_dice_chance(dice, 0.88);
    lead->has_revenue = lead->has_size && lsc_dice_chance(dice, 0.6);
    lead->has_country = lsc_dice_chance(dice, 0.95);
}

/* Some are promoted, or their company grows, while we know them. */
static void draw_change(lsc_sample_lead *lead, lsc_dice *dice)
{
    lead->first_title = lead->title;
    lead->first_employee_count = lead->employee_count;
    lead->change_day = -1;
    const int arrival_day = (int)((lead->created_ms - LSC_SAMPLE_START_MS) / LSC_DAY_MS);
    if (!lead->has_title || !lead->has_size || !lsc_dice_chance(dice, 0.07)) {
        return;
    }
    const int days_left = LSC_SAMPLE_DAYS - arrival_day - 1;
    lead->change_day = arrival_day + 1 + (int)lsc_dice_below(dice, (size_t)days_left);
    lead->title = PROMOTED[lead->title];
    lead->employee_count += 1 + lead->employee_count / 4;
}

lsc_sample_lead lsc_sample_lead_draw(uint32_t number, int64_t created_ms, lsc_dice *dice)
{
    lsc_sample_lead lead = {.number = number, .created_ms = created_ms};
    lead.latent = lsc_latent_start(dice);
    draw_company(&lead, dice);
    draw_person(&lead, dice);
    draw_gaps(&lead, dice);
    draw_change(&lead, dice);
    return lead;
}

void lsc_sample_lead_id(uint32_t number, char id[LSC_SAMPLE_ID_SIZE])
{
    snprintf(id, LSC_SAMPLE_ID_SIZE, "lead-%06u", (unsigned)number + 1);
}

const char *lsc_sample_title(uint8_t title)
{
    return TITLES[title].name;
}

/* Lower case letters of ASCII; anything else is left out, as in most addresses. */
static void append_slug(char *slug, size_t size, const char *text)
{
    size_t length = strlen(slug);
    for (; *text != '\0' && length + 1 < size; text++) {
        const char lower = *text >= 'A' && *text <= 'Z' ? (char)(*text + 32) : *text;
        if (lower >= 'a' && lower <= 'z') {
            slug[length++] = lower;
        }
    }
    slug[length] = '\0';
}

static void write_domain(const lsc_sample_lead *lead, char *domain, size_t size)
{
    char name[48] = "";
    append_slug(name, sizeof name, COMPANY_FIRST[lead->company_first]);
    append_slug(name, sizeof name, COMPANY_SECOND[lead->company_second]);
    snprintf(domain, size, "%s.example", name);
}

static void write_email(const lsc_sample_lead *lead, const char *domain, lsc_emitter *json)
{
    char first[32] = "", last[32] = "", email[160];
    append_slug(first, sizeof first, FIRST_NAMES[lead->first_name]);
    append_slug(last, sizeof last, LAST_NAMES[lead->last_name]);
    snprintf(email, sizeof email, "%s.%s%u@%s", first, last, (unsigned)lead->number + 1,
             lead->free_mail ? FREE_MAIL[lead->number % COUNT(FREE_MAIL)] : domain);
    lsc_emit_text_member(json, "email", email);
}

static void write_company(const lsc_sample_lead *lead, const char *domain, lsc_emitter *json)
{
    char name[64];
    snprintf(name, sizeof name, "%s %s", COMPANY_FIRST[lead->company_first],
             COMPANY_SECOND[lead->company_second]);
    lsc_emit_key(json, "company");
    lsc_emit_begin(json, '{');
    lsc_emit_text_member(json, "name", name);
    lsc_emit_text_member(json, "domain", domain);
    if (lead->has_industry) {
        lsc_emit_text_member(json, "industry", INDUSTRIES[lead->industry].name);
    }
    if (lead->has_size) {
        lsc_emit_integer_member(json, "employee_count", lead->employee_count);
    }
    if (lead->has_revenue) {
        lsc_emit_integer_member(json, "annual_revenue",
                                (int64_t)lead->employee_count * lead->revenue_per_head);
    }
    lsc_emit_key(json, "technologies");
    lsc_emit_begin(json, '[');
    for (size_t i = 0; i < COUNT(TECHNOLOGIES); i++) {
        if (lead->technologies >> i & 1) {
            lsc_emit_text(json, TECHNOLOGIES[i].name);
        }
    }
    lsc_emit_end(json, ']');
    lsc_emit_end(json, '}');
}

static void write_address(const lsc_sample_lead *lead, lsc_emitter *json)
{
    if (!lead->has_country) {
        return;
    }
    lsc_emit_key(json, "address");
    lsc_emit_begin(json, '{');
    lsc_emit_text_member(json, "country", COUNTRIES[lead->country].name);
    if (lead->country == 0) {
        lsc_emit_text_member(json, "state", US_STATES[lead->number % COUNT(US_STATES)]);
    }
    lsc_emit_end(json, '}');
}

static void write_consent(const lsc_sample_lead *lead, lsc_emitter *json)
{
    lsc_emit_key(json, "consent");
    lsc_emit_begin(json, '{');
    lsc_emit_bool_member(json, "marketing", lead->takes_mail);
    lsc_emit_bool_member(json, "profiling", lead->profiled);
    lsc_emit_end(json, '}');
}

void lsc_sample_lead_write(const lsc_sample_lead *lead, lsc_sample_status status, FILE *out)
{
    static const char *const STATUSES[] = {"open", "customer", "lost"};
    lsc_emitter json = {.out = out};
    char id[LSC_SAMPLE_ID_SIZE], domain[64], phone[32];
    lsc_sample_lead_id(lead->number, id);
    write_domain(lead, domain, sizeof domain);

    lsc_emit_begin(&json, '{');
    lsc_emit_text_member(&json, "id", id);
    lsc_emit_text_member(&json, "organization_id", "sample");
    if (lead->has_email) {
        write_email(lead, domain, &json);
    }
    lsc_emit_text_member(&json, "first_name", FIRST_NAMES[lead->first_name]);
    lsc_emit_text_member(&json, "last_name", LAST_NAMES[lead->last_name]);
    if (lead->has_title) {
        lsc_emit_text_member(&json, "job_title", TITLES[lead->title].name);
    }
    if (lead->has_phone) {
        snprintf(phone, sizeof phone, "+1 555 %07u", (unsigned)lead->phone);
        lsc_emit_text_member(&json, "phone", phone);
    }
    write_company(lead, domain, &json);
    write_address(lead, &json);
    lsc_emit_text_member(&json, "source", SOURCES[lead->source].name);
    lsc_emit_text_member(&json, "status", STATUSES[status]);
    lsc_emit_time_member(&json, "created_at", lead->created_ms);
    write_consent(lead, &json);
    lsc_emit_end(&json, '}');
    putc('\n', out);
}
