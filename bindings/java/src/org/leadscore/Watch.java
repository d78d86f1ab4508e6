package org.leadscore;

/** What C tells while a call goes on, as flat_watch.h has it. What it throws ends the call and is thrown. */
@FunctionalInterface
interface Watch {
    /**
     * Called from C.
     *
     * @param item the address of something that is there until this returns
     * @return false: stop
     */
    boolean tell(byte[] bytes, double first, double second, long item);
}
