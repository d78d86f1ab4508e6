#include "sample_activity.h"

#include <stdlib.h>

#include "json_out.h"

enum {
    MAIL_DELIVERED,
    MAIL_OPENED,
    MAIL_CLICKED,
    MAIL_BOUNCED,
    UNSUBSCRIBED,
    SPAM,
    PAGE_VIEWED,
    CONTENT_DOWNLOADED,
    FORM_SUBMITTED,
    WEBINAR_REGISTERED,
    WEBINAR_ATTENDED,
    DEMO_REQUESTED,
    MEETING_BOOKED,
    TRIAL_STARTED,
    SIGNED_IN,
    CALL_CONNECTED,
    CHAT_STARTED,
    TITLE_KNOWN,
    SIZE_KNOWN
};

/* What stands in an activity's data. */
enum {
    NO_DATA,
    CAMPAIGN,
    PAGE,
    CONTENT,
    FORM,
    WEBINAR,
    SECONDS,
    TITLE,
    SIZE
};

/* How often the system reports a day or more late. */
static const struct {
    const char *name;
    const char *source;
    double late;
    int data;
} TYPES[] = {
    [MAIL_DELIVERED] = {"Email Delivered", "email", 0.02, CAMPAIGN},
    [MAIL_OPENED] = {"Email Opened", "email", 0.03, CAMPAIGN},
    [MAIL_CLICKED] = {"Email Link Clicked", "email", 0.03, CAMPAIGN},
    [MAIL_BOUNCED] = {"Email Bounced", "email", 0.02, CAMPAIGN},
    [UNSUBSCRIBED] = {"Unsubscribed", "email", 0.02, CAMPAIGN},
    [SPAM] = {"Email Marked as Spam", "email", 0.2, CAMPAIGN},
    [PAGE_VIEWED] = {"Page Viewed", "web", 0.04, PAGE},
    [CONTENT_DOWNLOADED] = {"Content Downloaded", "web", 0.04, CONTENT},
    [FORM_SUBMITTED] = {"Form Submitted", "web", 0.04, FORM},
    [WEBINAR_REGISTERED] = {"Webinar Registered", "events", 0.1, WEBINAR},
    [WEBINAR_ATTENDED] = {"Webinar Attended", "events", 0.5, WEBINAR},
    [DEMO_REQUESTED] = {"Demo Requested", "web", 0.02, NO_DATA},
    [MEETING_BOOKED] = {"Meeting Booked", "crm", 0.25, NO_DATA},
    [TRIAL_STARTED] = {"Trial Started", "product", 0.02, NO_DATA},
    [SIGNED_IN] = {"Signed In", "product", 0.02, NO_DATA},
    [CALL_CONNECTED] = {"Call Connected", "crm", 0.4, SECONDS},
    [CHAT_STARTED] = {"Chat Started", "web", 0.02, NO_DATA},
    [TITLE_KNOWN] = {"identify", "crm", 0.1, TITLE},
    [SIZE_KNOWN] = {"identify", "crm", 0.1, SIZE},
};

static const struct {
    const char *path;
    const char *title;
} PAGES[] = {
    {"/", "Home"},
    {"/product", "Product"},
    {"/pricing", "Pricing"},
    {"/customers", "Customers"},
    {"/blog/lead-scoring", "Blog"},
    {"/docs/start", "Docs"},
    {"/pricing/enterprise", "Pricing"},
    {"/careers", "Careers"},
};

static const struct {
    const char *title;
    const char *kind;
} CONTENTS[] = {
    {"Buyer's guide", "whitepaper"},
    {"Return on investment", "case study"},
    {"Integration handbook", "ebook"},
    {"Security overview", "whitepaper"},
};

static const char *const FORMS[] = {"newsletter", "contact sales", "whitepaper"};
static const char *const WEBINARS[] = {"Getting started", "Scoring in practice", "Office hours"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const int64_t END_MS = LSC_SAMPLE_START_MS + LSC_SAMPLE_DAYS * LSC_DAY_MS;

static int64_t day_ms(int day)
{
    return LSC_SAMPLE_START_MS + day * LSC_DAY_MS;
}

static void push(lsc_sample_log *log, lsc_sample_event event)
{
    if (log->n_events == log->capacity) {
        const size_t capacity = log->capacity == 0 ? 4096 : 2 * log->capacity;
        lsc_sample_event *events = realloc(log->events, capacity * sizeof *events);
        if (events == NULL) {
            log->out_of_memory = true;
            return;
        }
        log->events = events;
        log->capacity = capacity;
    }
    log->events[log->n_events++] = event;
}

/* A lead, its day, and where its activities go. */
typedef struct living {
    const lsc_sample_lead *lead;
    lsc_sample_habits *habits;
    lsc_dice *dice;
    lsc_sample_log *log;
    int day;
    double eagerness;
    double pace; /* less on weekends */
} living;

static int64_t within_work(const living *now)
{
    const double hour = 8 + 11 * lsc_dice_uniform(now->dice);
    return day_ms(now->day) + (int64_t)(hour * 3600e3);
}

static int64_t reported(lsc_dice *dice, int64_t time_ms, double late)
{
    if (!lsc_dice_chance(dice, late)) {
        return time_ms;
    }
    return time_ms + (int64_t)((0.5 + 14 * lsc_dice_uniform(dice)) * (double)LSC_DAY_MS);
}

static void send_again(const living *now, lsc_sample_event event)
{
    event.recorded_ms += 60000 * (int64_t)lsc_dice_below(now->dice, 3 * 1440);
    if (event.recorded_ms < END_MS) {
        push(now->log, event);
        now->log->n_duplicates++;
    }
}

/* What happens or is reported after the sample's end is not in it. */
static void record(const living *now, lsc_sample_event event)
{
    event.lead = now->lead->number;
    event.number = now->habits->n_events++;
    event.recorded_ms = reported(now->dice, event.time_ms, TYPES[event.type].late);
    if (event.time_ms < now->lead->created_ms || event.recorded_ms >= END_MS) {
        return;
    }
    push(now->log, event);
    now->log->n_late += event.recorded_ms != event.time_ms;
    now->log->n_by_bots += event.bot;
    if (lsc_dice_chance(now->dice, 0.01)) {
        send_again(now, event);
    }
}

static void happen(const living *now, uint8_t type, int64_t time_ms, size_t detail)
{
    record(now, (lsc_sample_event){.time_ms = time_ms, .type = type, .detail = (uint8_t)detail});
}

static bool happens(const living *now, double log_rate, double by_eagerness)
{
    const double rate = now->pace * lsc_sample_exp(log_rate + by_eagerness * now->eagerness);
    return lsc_dice_chance(now->dice, rate);
}

static bool decides(const living *now, double log_odds, double by_eagerness)
{
    return lsc_dice_chance(now->dice,
                           lsc_sample_logistic(log_odds + by_eagerness * now->eagerness));
}

/* A machine in front of the mailbox opens what arrives within seconds, and follows its links. */
static void scan_mail(const living *now, lsc_sample_event mail)
{
    mail.bot = true;
    mail.type = MAIL_OPENED;
    mail.time_ms += 1000 + 1000 * (int64_t)lsc_dice_below(now->dice, 20);
    record(now, mail);
    if (lsc_dice_chance(now->dice, 0.5)) {
        mail.type = MAIL_CLICKED;
        mail.time_ms += 1000;
        record(now, mail);
    }
}

static void read_mail(const living *now, lsc_sample_event mail)
{
    mail.type = MAIL_OPENED;
    mail.time_ms += (int64_t)(lsc_dice_uniform(now->dice) * 36 * 3600e3);
    record(now, mail);
    if (decides(now, -1.7, 0.6)) {
        mail.type = MAIL_CLICKED;
        mail.time_ms += 20000 + 1000 * (int64_t)lsc_dice_below(now->dice, 100);
        record(now, mail);
    }
}

static void leave_list(const living *now, lsc_sample_event mail, uint8_t type)
{
    mail.type = type;
    mail.time_ms += 60000;
    record(now, mail);
    now->habits->unsubscribed = true;
}

static void get_mail(const living *now)
{
    lsc_sample_habits *habits = now->habits;
    if (!now->lead->has_email || !now->lead->takes_mail || habits->unsubscribed ||
        now->day < habits->next_mail_day) {
        return;
    }
    habits->next_mail_day = now->day + 10 + (int)lsc_dice_below(now->dice, 11);
    lsc_sample_event mail = {
        .time_ms = day_ms(now->day) + 1000 * (9 * 3600 + (int64_t)lsc_dice_below(now->dice, 3600)),
        .type = MAIL_DELIVERED,
        .value = (uint32_t)now->day / 7,
    };
    if (lsc_dice_chance(now->dice, 0.015)) {
        mail.type = MAIL_BOUNCED;
        record(now, mail);
        return;
    }
    record(now, mail);
    if (now->lead->scanned && lsc_dice_chance(now->dice, 0.6)) {
        scan_mail(now, mail);
    }
    if (decides(now, -1.1, 0.7)) {
        read_mail(now, mail);
    }
    if (happens(now, -6, -0.5)) {
        leave_list(now, mail, UNSUBSCRIBED);
    } else if (happens(now, -8, -0.5)) {
        leave_list(now, mail, SPAM);
    }
}

static void visit(const living *now)
{
    const double keen = lsc_sample_exp(0.5 * now->eagerness);
    const double likes[COUNT(PAGES)] = {3, 2, 0.6 * keen, 1, 2, 0.8 * keen, 0.2 * keen, 0.4};
    const unsigned n_pages = 1 + lsc_dice_poisson(now->dice, 1 + 0.4 * keen);
    int64_t time_ms = within_work(now);
    for (unsigned i = 0; i < n_pages && i < 12; i++) {
        const double stay = lsc_sample_exp(3.2 + lsc_dice_normal(now->dice));
        const uint32_t seconds = stay < 1800 ? 1 + (uint32_t)stay : 1800;
        const size_t page = lsc_dice_pick(now->dice, likes, COUNT(PAGES));
        record(now, (lsc_sample_event){.time_ms = time_ms,
                                       .type = PAGE_VIEWED,
                                       .detail = (uint8_t)page,
                                       .value = seconds});
        time_ms += 1000 * (int64_t)seconds;
    }
    if (decides(now, -2.5, 0.4)) {
        happen(now, CONTENT_DOWNLOADED, time_ms, lsc_dice_below(now->dice, COUNT(CONTENTS)));
    }
    if (decides(now, -3.0, 0.5)) {
        happen(now, FORM_SUBMITTED, time_ms, lsc_dice_below(now->dice, COUNT(FORMS)));
    }
}

static void browse(const living *now)
{
    if (happens(now, -3.7, 0.8)) {
        visit(now);
    }
    if (lsc_dice_chance(now->dice, 0.001)) {
        record(now, (lsc_sample_event){
                        .time_ms = within_work(now), .type = PAGE_VIEWED, .value = 1, .bot = true});
    }
}

static void learn(const living *now)
{
    if (!happens(now, -6.2, 0.5)) {
        return;
    }
    const size_t webinar = lsc_dice_below(now->dice, COUNT(WEBINARS));
    const int64_t time_ms = within_work(now);
    happen(now, WEBINAR_REGISTERED, time_ms, webinar);
    if (decides(now, 0.2, 0.4)) {
        const int64_t days = 2 + (int64_t)lsc_dice_below(now->dice, 8);
        happen(now, WEBINAR_ATTENDED, time_ms + days * LSC_DAY_MS, webinar);
    }
}

static void buy(const living *now)
{
    if (happens(now, -7.2, 1.0)) {
        const int64_t time_ms = within_work(now);
        happen(now, DEMO_REQUESTED, time_ms, 0);
        if (decides(now, 0, 0.4)) {
            const int64_t days = 1 + (int64_t)lsc_dice_below(now->dice, 5);
            happen(now, MEETING_BOOKED, time_ms + days * LSC_DAY_MS, 0);
        }
    }
    if (now->habits->trial_day < 0 && happens(now, -7.2, 0.9)) {
        now->habits->trial_day = now->day;
        happen(now, TRIAL_STARTED, within_work(now), 0);
    }
    const int trial_days = now->day - now->habits->trial_day;
    if (now->habits->trial_day >= 0 && trial_days > 0 && trial_days <= 30 &&
        decides(now, -2.2, 0.8)) {
        happen(now, SIGNED_IN, within_work(now), 0);
    }
}

static void talk(const living *now)
{
    if (now->lead->has_phone && happens(now, -5.8, 0.5)) {
        const size_t seconds = 30 + lsc_dice_below(now->dice, 900);
        record(now, (lsc_sample_event){.time_ms = within_work(now),
                                       .type = CALL_CONNECTED,
                                       .value = (uint32_t)seconds});
    }
    if (happens(now, -6.3, 0.6)) {
        happen(now, CHAT_STARTED, within_work(now), 0);
    }
}

/* Properties that change are told twice: at arrival, and when they change. */
static void tell_properties(const living *now, int64_t time_ms, uint8_t title, uint32_t size)
{
    happen(now, TITLE_KNOWN, time_ms, title);
    record(now, (lsc_sample_event){.time_ms = time_ms, .type = SIZE_KNOWN, .value = size});
}

lsc_sample_habits lsc_sample_habits_start(int arrival_day, lsc_dice *dice)
{
    return (lsc_sample_habits){
        .next_mail_day = arrival_day + (int)lsc_dice_below(dice, 10),
        .trial_day = -1,
    };
}

static bool is_weekend(int day)
{
    return day % 7 >= 5; /* day 0 is a Monday */
}

void lsc_sample_live_a_day(const lsc_sample_lead *lead, lsc_sample_habits *habits, int day,
                           lsc_dice *dice, lsc_sample_log *log)
{
    living now = {lead,
                  habits,
                  dice,
                  log,
                  day,
                  lsc_latent_eagerness(&lead->latent),
                  is_weekend(day) ? 0.3 : 1.0};
    if (habits->lost) {
        now.eagerness -= 3;
    }
    if (now.eagerness > 3) {
        now.eagerness = 3;
    }
    if (lead->change_day >= 0 && lead->created_ms < day_ms(day + 1) &&
        lead->created_ms >= day_ms(day)) {
        tell_properties(&now, lead->created_ms, lead->first_title, lead->first_employee_count);
    }
    if (day == lead->change_day) {
        tell_properties(&now, within_work(&now), lead->title, lead->employee_count);
    }
    if (lead->silent) {
        return;
    }
    get_mail(&now);
    browse(&now);
    learn(&now);
    buy(&now);
    talk(&now);
}

static int in_order(const void *a, const void *b)
{
    const lsc_sample_event *left = a, *right = b;
    if (left->recorded_ms != right->recorded_ms) {
        return left->recorded_ms < right->recorded_ms ? -1 : 1;
    }
    if (left->lead != right->lead) {
        return left->lead < right->lead ? -1 : 1;
    }
    return (left->number > right->number) - (left->number < right->number);
}

static void write_size(uint32_t size, lsc_emitter *json)
{
    lsc_emit_key(json, "company");
    lsc_emit_begin(json, '{');
    lsc_emit_integer_member(json, "employee_count", size);
    lsc_emit_end(json, '}');
}

static void write_data(const lsc_sample_event *event, lsc_emitter *json)
{
    char campaign[32];
    lsc_emit_key(json, "data");
    lsc_emit_begin(json, '{');
    switch (TYPES[event->type].data) {
    case CAMPAIGN:
        snprintf(campaign, sizeof campaign, "newsletter-%u", (unsigned)event->value);
        lsc_emit_text_member(json, "campaign", campaign);
        break;
    case PAGE:
        lsc_emit_text_member(json, "path", PAGES[event->detail].path);
        lsc_emit_text_member(json, "title", PAGES[event->detail].title);
        lsc_emit_integer_member(json, "duration_seconds", event->value);
        break;
    case CONTENT:
        lsc_emit_text_member(json, "title", CONTENTS[event->detail].title);
        lsc_emit_text_member(json, "kind", CONTENTS[event->detail].kind);
        break;
    case FORM:
        lsc_emit_text_member(json, "form", FORMS[event->detail]);
        break;
    case WEBINAR:
        lsc_emit_text_member(json, "title", WEBINARS[event->detail]);
        break;
    case SECONDS:
        lsc_emit_integer_member(json, "duration_seconds", event->value);
        break;
    case TITLE:
        lsc_emit_text_member(json, "job_title", lsc_sample_title(event->detail));
        break;
    default:
        write_size(event->value, json);
        break;
    }
    lsc_emit_end(json, '}');
}

static void write_event(const lsc_sample_event *event, FILE *out)
{
    lsc_emitter json = {.out = out};
    char id[48], lead_id[LSC_SAMPLE_ID_SIZE];
    lsc_sample_lead_id(event->lead, lead_id);
    snprintf(id, sizeof id, "%u-%u", (unsigned)event->lead + 1, (unsigned)event->number + 1);
    lsc_emit_begin(&json, '{');
    lsc_emit_text_member(&json, "id", id);
    lsc_emit_text_member(&json, "lead_id", lead_id);
    lsc_emit_text_member(&json, "type", TYPES[event->type].name);
    lsc_emit_time_member(&json, "time", event->time_ms);
    if (event->recorded_ms != event->time_ms) {
        lsc_emit_time_member(&json, "recorded_time", event->recorded_ms);
    }
    lsc_emit_text_member(&json, "source", TYPES[event->type].source);
    if (event->bot) {
        lsc_emit_bool_member(&json, "bot", true);
    }
    if (TYPES[event->type].data != NO_DATA) {
        write_data(event, &json);
    }
    lsc_emit_end(&json, '}');
    putc('\n', out);
}

void lsc_sample_log_write(lsc_sample_log *log, FILE *out)
{
    if (log->n_events > 0) {
        qsort(log->events, log->n_events, sizeof *log->events, in_order);
    }
    for (size_t i = 0; i < log->n_events; i++) {
        write_event(&log->events[i], out);
    }
}
