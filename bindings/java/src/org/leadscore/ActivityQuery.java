package org.leadscore;

import java.time.Instant;

/**
 * Which activities of a lead are listed. What is null is any.
 *
 * @param after begin after this one, the last one of the page before; null: at the first
 * @param limit most rows; 0: 100. A shorter page is the last
 * @param type only of this type, such as "Email Opened"
 * @param from only from this time on
 * @param until only before this time
 * @param latestFirst the same order backwards
 */
public record ActivityQuery(
        StoredActivity after, int limit, String type, Instant from, Instant until, boolean latestFirst) {
    /** From the first on. */
    public static final ActivityQuery ALL = new ActivityQuery(null, 0, null, null, null, false);

    /** The next page. */
    public ActivityQuery after(StoredActivity last) {
        return new ActivityQuery(last, limit, type, from, until, latestFirst);
    }

    /** The same, of at most so many rows. */
    public ActivityQuery withLimit(int most) {
        return new ActivityQuery(after, most, type, from, until, latestFirst);
    }

    /** The same, of a type. */
    public ActivityQuery withType(String word) {
        return new ActivityQuery(after, limit, word, from, until, latestFirst);
    }

    /** The same, of a time. */
    public ActivityQuery between(Instant begin, Instant end) {
        return new ActivityQuery(after, limit, type, begin, end, latestFirst);
    }

    /** The same, the latest first. */
    public ActivityQuery backwards() {
        return new ActivityQuery(after, limit, type, from, until, true);
    }
}
