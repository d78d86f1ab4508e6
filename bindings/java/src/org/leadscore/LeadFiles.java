package org.leadscore;

import java.nio.file.Path;

/**
 * NDJSON files (docs/lead.md).
 *
 * @param leads a lead a line
 * @param activities null: the leads have theirs within
 * @param outcomes null: the leads have theirs within
 * @param ignoreUnknown pass over activities and outcomes of leads that are not there, which else are BAD_LEAD
 * @param aliases what names mean; null: all tables of the library
 */
public record LeadFiles(Path leads, Path activities, Path outcomes, boolean ignoreUnknown, Aliases aliases)
        implements Leads {
    public LeadFiles {
        Inputs.present(leads, "leads");
    }

    /** Leads that have their activities and outcomes within. */
    public LeadFiles(Path leads) {
        this(leads, null, null, false, null);
    }

    /** The same, with activities of another file. */
    public LeadFiles withActivities(Path file) {
        return new LeadFiles(leads, file, outcomes, ignoreUnknown, aliases);
    }

    /** The same, with outcomes of another file, which win over those of the leads. */
    public LeadFiles withOutcomes(Path file) {
        return new LeadFiles(leads, activities, file, ignoreUnknown, aliases);
    }

    /** The same, passing over what belongs to no lead, or not. */
    public LeadFiles withIgnoreUnknown(boolean wanted) {
        return new LeadFiles(leads, activities, outcomes, wanted, aliases);
    }

    /** The same, read by these aliases. */
    public LeadFiles withAliases(Aliases table) {
        return new LeadFiles(leads, activities, outcomes, ignoreUnknown, table);
    }
}
