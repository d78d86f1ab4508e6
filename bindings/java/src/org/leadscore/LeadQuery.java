package org.leadscore;

/**
 * Which leads are listed.
 *
 * @param after begin after this id: the last one of the page before; null: at the first
 * @param status only leads with this property; null: any
 * @param source only leads with this property; null: any
 * @param limit most rows; 0: 100. A shorter page is the last
 */
public record LeadQuery(String after, String status, String source, int limit) {
    /** From the first on. */
    public static final LeadQuery ALL = new LeadQuery(null, null, null, 0);

    /** The next page. */
    public LeadQuery after(StoredLead last) {
        return new LeadQuery(Inputs.present(last, "last").id(), status, source, limit);
    }
}
