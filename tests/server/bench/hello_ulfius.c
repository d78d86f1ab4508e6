/* The bare framework, as examples/server/web.c starts it: `hello_ulfius PORT THREADS` answers a few bytes. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ulfius.h>
#include <unistd.h>
#include <yder.h>

static int hello(const struct _u_request *request, struct _u_response *response, void *context)
{
    (void)request;
    (void)context;
    ulfius_set_string_body_response(response, 200, "{\"hello\":\"world\"}");
    return U_CALLBACK_CONTINUE;
}

int main(int argc, char **argv)
{
    struct _u_instance instance;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC;

    if (argc != 3) {
        fputs("usage: hello_ulfius PORT THREADS\n", stderr);
        return 2;
    }
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)mhd_request_completed, NULL},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)ulfius_uri_logger, NULL},
        {MHD_OPTION_THREAD_POOL_SIZE, atoi(argv[2]), NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    y_init_logs("hello_ulfius", Y_LOG_MODE_NONE, Y_LOG_LEVEL_NONE, NULL, NULL);
    if (ulfius_init_instance(&instance, (unsigned)atoi(argv[1]), NULL, NULL) != U_OK ||
        ulfius_add_endpoint_by_val(&instance, "GET", NULL, "/hello", 0, hello, NULL) != U_OK ||
        ulfius_start_framework_with_mhd_options(&instance, flags, options) != U_OK) {
        return 1;
    }
    puts("ready");
    fflush(stdout);
    while (getchar() != EOF) {
    }
    ulfius_stop_framework(&instance);
    ulfius_clean_instance(&instance);
    y_close_logs();
    return 0;
}
