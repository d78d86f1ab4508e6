/* The bare library, as examples/server/web.c starts it: `hello_microhttpd PORT THREADS` answers a few bytes. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>

static char text[] = "{\"hello\":\"world\"}";

static enum MHD_Result hello(void *context, struct MHD_Connection *connection, const char *url,
                             const char *method, const char *version, const char *part,
                             size_t *part_length, void **of_request)
{
    struct MHD_Response *response;
    enum MHD_Result result;

    (void)context;
    (void)url;
    (void)method;
    (void)version;
    (void)part;
    (void)part_length;
    if (*of_request == NULL) {
        *of_request = text;
        return MHD_YES;
    }
    response = MHD_create_response_from_buffer(sizeof text - 1, text, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(response, "Content-Type", "application/json");
    result = MHD_queue_response(connection, 200, response);
    MHD_destroy_response(response);
    return result;
}

int main(int argc, char **argv)
{
    struct MHD_Daemon *daemon;

    if (argc != 3) {
        fputs("usage: hello_microhttpd PORT THREADS\n", stderr);
        return 2;
    }
    daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC, (uint16_t)atoi(argv[1]),
                              NULL, NULL, hello, NULL, MHD_OPTION_THREAD_POOL_SIZE,
                              (unsigned)atoi(argv[2]), MHD_OPTION_END);
    if (daemon == NULL) {
        return 1;
    }
    puts("ready");
    fflush(stdout);
    while (getchar() != EOF) {
    }
    MHD_stop_daemon(daemon);
    return 0;
}
