/* Two threads write one number, each without asking: ThreadSanitizer must complain and fail this. */
#include <pthread.h>
#include <stddef.h>

static int number;

static void *write_number(void *ctx)
{
    (void)ctx;
    number++;
    return NULL;
}

int main(void)
{
    pthread_t other;
    if (pthread_create(&other, NULL, write_number, NULL) != 0) {
        return 0;
    }
    number++;
    pthread_join(other, NULL);
    return 0;
}
