package org.leadscore;

import java.util.List;

/** The audit trail (docs/store.md). Of {@link Store}, whose exceptions its calls throw. */
public sealed interface StoreAudit permits Store {
    /**
     * Say who acts from now on.
     *
     * @throws LeadscoreException also INVALID_ARG for a UUID that is none
     */
    void setActor(Actor actor);

    /**
     * From now on note what is done with personal data, or no more, for all connections.
     *
     * @throws LeadscoreException also INVALID_ARG before {@link #setActor}; so does then every call that reads or changes
     *     personal data
     */
    default void setAudited(boolean audited) {
        Store.run(this, store -> Native.lsc_store_set_audited(store, audited));
    }

    /**
     * Note that something of a lead which the store gave before is given out again, from a copy that you keep, such as a
     * cache of scores. Call it before the copy is given out, and do not give it out where this fails.
     *
     * @throws LeadscoreException also NOT_FOUND: the lead is gone
     */
    default void noteAccess(String organization, String leadId) {
        Store.run(this, store -> Native.lsc_store_note_access(store, Store.organization(organization), Store.id(leadId)));
    }

    /** The head of the trail. */
    default AuditHead auditHead() {
        return Store.call(this, store -> {
            long[] rows = new long[1];
            String head = Native.flat_store_audit_head(store, rows);
            return new AuditHead(rows[0], head);
        });
    }

    /**
     * See that no row of the trail was changed or taken away. Reads all of it.
     *
     * @param anchor the head that {@link #auditHead()} once gave: rows up to it must be there; null: rows that were cut
     *     off at the end are not missed
     * @return how many rows there are
     * @throws LeadscoreException also BAD_STORE naming the first row that is not right
     */
    default long verify(String anchor) {
        return Store.call(this, store -> Native.flat_store_verify(store, anchor));
    }

    /** Rows of the trail, in the order of their numbers; null: of all organizations, and of the store as a whole. */
    default List<AuditRow> listAudit(String organization, AuditQuery query) {
        Inputs.present(query, "query");
        return Store.page(this, store -> Native.flat_store_list_audit(store, organization, query.after(),
                        Inputs.limit(query.limit()), query.subject(), query.actor(), query.action(),
                        Inputs.optionalMs(query.from(), "from"), Inputs.optionalMs(query.until(), "until")),
                (page, row) -> AuditRow.of(Native.flat_page_audit_row(page, row)));
    }

    /** The UUID of a lead, by which the trail names it. */
    default String leadUuid(String organization, String leadId) {
        return Store.call(this, store ->
                Native.flat_store_lead_uuid(store, Store.organization(organization), Store.id(leadId)));
    }
}
