#include "lead/lead_data.h"
#include "lead/values.h"
#include "suite.h"

static lsc_value text_value(const char *text)
{
    lsc_value value = {.type = LSC_VALUE_TEXT, .length = (uint32_t)strlen(text)};
    value.text = text;
    return value;
}

static lsc_value number_value(double number)
{
    lsc_value value = {.type = LSC_VALUE_NUMBER};
    value.number = number;
    return value;
}

static lsc_value time_value(int64_t time_ms)
{
    lsc_value value = {.type = LSC_VALUE_TIME};
    value.time_ms = time_ms;
    return value;
}

static const char *const two_items[] = {"a", "b"};

static lsc_value list_value(void)
{
    lsc_value value = {.type = LSC_VALUE_LIST, .n_items = 2};
    value.items = two_items;
    return value;
}

START_TEST(number_is_read_from_numbers_booleans_and_texts)
{
    double number = -1;
    lsc_value value = number_value(2.5);
    ck_assert(lsc_value_number(&value, &number) && number == 2.5);
    value = (lsc_value){.type = LSC_VALUE_BOOL, .boolean = true};
    ck_assert(lsc_value_number(&value, &number) && number == 1);
    value = text_value(" 1e3 ");
    ck_assert(lsc_value_number(&value, &number) && number == 1000);
}
END_TEST

START_TEST(number_is_not_read_from_words_times_or_lists)
{
    double number = 7;
    const lsc_value values[] = {text_value("12 people"), text_value("nan"), text_value("0x10"),
                                text_value("1,000"),     time_value(5),     list_value()};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        ck_assert(!lsc_value_number(&values[i], &number));
    }
    ck_assert(number == 7);
}
END_TEST

START_TEST(time_is_read_in_every_form)
{
    const int64_t noon = INT64_C(1775044800000);
    const lsc_value values[] = {
        time_value(noon),
        number_value(1775044800000),
        number_value(1775044800000.9),
        text_value("1775044800000"),
        text_value("2026-04-01T12:00:00Z"),
        text_value("2026-04-01T14:00:00+02:00"),
        text_value("2026-04-01T14:00:00.000+0200"), /* as Salesforce writes it */
        text_value("2026-04-01T11:30:00-0030"),
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        int64_t time_ms = 0;
        ck_assert_msg(lsc_value_time(&values[i], &time_ms), "values[%zu]", i);
        ck_assert_int_eq(time_ms, noon);
    }
}
END_TEST

START_TEST(time_before_1970_with_a_fraction_is_cut_down)
{
    int64_t time_ms = 0;
    const lsc_value value = number_value(-1.5);
    ck_assert(lsc_value_time(&value, &time_ms));
    ck_assert_int_eq(time_ms, -2);
}
END_TEST

START_TEST(time_is_not_read_from_what_is_none)
{
    int64_t time_ms = 7;
    const lsc_value values[] = {
        text_value("yesterday"),
        text_value("+0200"),
        text_value("2026-04-01T14:00:00+02000"),
        text_value("2026-13-01T14:00:00+0200"),
        number_value((double)LSC_TIME_MAX + 1),
        number_value((double)LSC_TIME_MIN - 1),
        list_value(),
        (lsc_value){.type = LSC_VALUE_BOOL, .boolean = true},
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        ck_assert_msg(!lsc_value_time(&values[i], &time_ms), "values[%zu]", i);
    }
    ck_assert_int_eq(time_ms, 7);
}
END_TEST

START_TEST(flag_is_read_from_words_of_any_case_and_from_0_and_1)
{
    static const char *const yes[] = {"true", "Yes", "Y", "t", "ON", "1"};
    static const char *const no[] = {"FALSE", "no", "n", "F", "off", "0"};
    bool flag;
    for (size_t i = 0; i < 6; i++) {
        lsc_value value = text_value(yes[i]);
        ck_assert(lsc_value_flag(&value, &flag) && flag);
        value = text_value(no[i]);
        ck_assert(lsc_value_flag(&value, &flag) && !flag);
    }
    lsc_value value = number_value(1);
    ck_assert(lsc_value_flag(&value, &flag) && flag);
    value = number_value(0);
    ck_assert(lsc_value_flag(&value, &flag) && !flag);
    value = (lsc_value){.type = LSC_VALUE_BOOL, .boolean = true};
    ck_assert(lsc_value_flag(&value, &flag) && flag);
}
END_TEST

START_TEST(flag_is_not_read_from_what_is_none)
{
    bool flag = true;
    const lsc_value values[] = {text_value("maybe"), text_value("yes "), number_value(2),
                                number_value(0.5),   time_value(1),      list_value()};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        ck_assert_msg(!lsc_value_flag(&values[i], &flag), "values[%zu]", i);
    }
    ck_assert(flag);
}
END_TEST

START_TEST(label_is_read_from_its_words_and_from_flags)
{
    static const char *const yes[] = {"converted", "Won", "true", "1"};
    static const char *const no[] = {"lost", "Disqualified", "not_converted", "false", "0"};
    bool converted;
    for (size_t i = 0; i < 4; i++) {
        const lsc_value value = text_value(yes[i]);
        ck_assert(lsc_value_label(&value, &converted) && converted);
    }
    for (size_t i = 0; i < 5; i++) {
        const lsc_value value = text_value(no[i]);
        ck_assert(lsc_value_label(&value, &converted) && !converted);
    }
    const lsc_value open = text_value("open");
    ck_assert(!lsc_value_label(&open, &converted));
}
END_TEST

START_TEST(text_of_every_type_is_what_the_header_says)
{
    char scratch[LSC_VALUE_TEXT_SIZE];
    lsc_value value = text_value("as it is");
    ck_assert_str_eq(lsc_value_text(&value, scratch), "as it is");
    value = number_value(0.1);
    ck_assert_str_eq(lsc_value_text(&value, scratch), "0.1");
    value = number_value(-2.2250738585072014e-308);
    ck_assert_str_eq(lsc_value_text(&value, scratch), "-2.2250738585072014e-308");
    value = (lsc_value){.type = LSC_VALUE_BOOL};
    ck_assert_str_eq(lsc_value_text(&value, scratch), "false");
    value = time_value(1500);
    ck_assert_str_eq(lsc_value_text(&value, scratch), "1970-01-01T00:00:01.500Z");
    value = list_value();
    ck_assert_ptr_null(lsc_value_text(&value, scratch));
}
END_TEST

START_TEST(id_is_read_from_whole_numbers_below_2_to_the_53)
{
    char text[LSC_NUMBER_TEXT_SIZE];
    ck_assert(lsc_id_from_number(9007199254740991.0, text));
    ck_assert_str_eq(text, "9007199254740991");
    ck_assert(lsc_id_from_number(-12, text));
    ck_assert_str_eq(text, "-12");
    ck_assert(lsc_id_from_number(-0.0, text));
    ck_assert_str_eq(text, "0");
    ck_assert(!lsc_id_from_number(9007199254740992.0, text));
    ck_assert(!lsc_id_from_number(-9007199254740992.0, text));
    ck_assert(!lsc_id_from_number(0.5, text));
}
END_TEST

LSC_SUITE("lead/values", TEST(number_is_read_from_numbers_booleans_and_texts),
          TEST(number_is_not_read_from_words_times_or_lists), TEST(time_is_read_in_every_form),
          TEST(time_before_1970_with_a_fraction_is_cut_down),
          TEST(time_is_not_read_from_what_is_none),
          TEST(flag_is_read_from_words_of_any_case_and_from_0_and_1),
          TEST(flag_is_not_read_from_what_is_none),
          TEST(label_is_read_from_its_words_and_from_flags),
          TEST(text_of_every_type_is_what_the_header_says),
          TEST(id_is_read_from_whole_numbers_below_2_to_the_53))
