/**
 * @file runner_lock.h
 * Who runs the trainings, where several processes have one auth.db: the one that holds this lock. The system
 * lets it go with the process, however that ends.
 */
#ifndef SRV_RUNNER_LOCK_H
#define SRV_RUNNER_LOCK_H

/** Lock the file "PATH-runner", made where there is none. -1: another process holds it, or it cannot be made. */
int srv_runner_lock(const char *path);
/** Let it go. -1 is allowed. */
void srv_runner_unlock(int lock);

#endif
