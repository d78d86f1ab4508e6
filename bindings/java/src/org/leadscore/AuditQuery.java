package org.leadscore;

import java.time.Instant;

/**
 * Which rows of an audit trail are listed. What is null is any.
 *
 * @param after begin after this number: the last one of the page before; 0: at the first
 * @param limit most rows; 0: 100. A shorter page is the last
 * @param subject the UUID of a lead or account
 * @param actor a UUID
 * @param action such as "read lead"
 * @param from from this time on
 * @param until before this time
 */
public record AuditQuery(
        long after, int limit, String subject, String actor, String action, Instant from, Instant until) {
    /** From the first on. */
    public static final AuditQuery ALL = new AuditQuery(0, 0, null, null, null, null, null);

    /** The next page. */
    public AuditQuery after(AuditRow last) {
        return new AuditQuery(Inputs.present(last, "last").number(), limit, subject, actor, action, from, until);
    }

    /** The same, of at most so many rows. */
    public AuditQuery withLimit(int most) {
        return new AuditQuery(after, most, subject, actor, action, from, until);
    }

    /** The same, of a lead or account. */
    public AuditQuery withSubject(String uuid) {
        return new AuditQuery(after, limit, uuid, actor, action, from, until);
    }

    /** The same, of who acted. */
    public AuditQuery withActor(String uuid) {
        return new AuditQuery(after, limit, subject, uuid, action, from, until);
    }

    /** The same, of what was done. */
    public AuditQuery withAction(String word) {
        return new AuditQuery(after, limit, subject, actor, word, from, until);
    }

    /** The same, of a time. */
    public AuditQuery between(Instant begin, Instant end) {
        return new AuditQuery(after, limit, subject, actor, action, begin, end);
    }
}
