/**
 * @file runner_lock.h
 * Who runs the trainings, where several processes have one auth.db: the one that holds this lock. The system
 * lets it go with the process, however that ends.
 */
#ifndef SRV_RUNNER_LOCK_H
#define SRV_RUNNER_LOCK_H

#define SRV_RUNNER_HELD (-1)   /**< another process holds it */
#define SRV_RUNNER_FAILED (-2) /**< it cannot be made, or not be locked */

/** Lock the file "PATH-runner", made where there is none. The lock, or one of those above. */
int srv_runner_lock(const char *path);
/** Let it go. What is none is allowed. */
void srv_runner_unlock(int lock);

#endif
