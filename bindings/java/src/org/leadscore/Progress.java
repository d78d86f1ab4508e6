package org.leadscore;

/**
 * Told how far a call is, in the thread that made it. What it throws ends the call, and is thrown by it. It must not use
 * the object whose call it is.
 *
 * @param <T> what is told
 */
@FunctionalInterface
public interface Progress<T> {
    /** @return whether to go on; false ends the call with CANCELLED */
    boolean told(T news);
}
