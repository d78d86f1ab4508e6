package org.leadscore;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What is held on people, what they consent to, and how long it stays (docs/store.md). Of {@link Store}, whose
 * exceptions its calls throw.
 */
public sealed interface StorePrivacy permits Store {
    /**
     * Keep that a lead gave its consent or withdrew it. While the last word on {@link Consent#PROFILING} is that it
     * withdraws, the lead is suppressed.
     */
    default void setConsent(String organization, String leadId, Consent consent) {
        Inputs.present(consent, "consent");
        Store.run(this, store -> Native.flat_store_set_consent(store, Store.organization(organization),
                Store.id(leadId), consent.purpose(), consent.given(), Inputs.timeMs(consent.time(), "time"),
                consent.source().orElse(null)));
    }

    /** The consents of a lead, given and withdrawn, by purpose, then time. */
    default List<Consent> listConsents(String organization, String leadId) {
        return Store.page(this, store -> Native.flat_store_list_consents(
                        store, Store.organization(organization), Store.id(leadId)),
                (page, row) -> Consent.of(Native.flat_page_consent(page, row)));
    }

    /**
     * Give all that is held on a lead, as one JSON object in UTF-8, piece by piece: it takes no memory for the whole.
     *
     * @throws UncheckedIOException what the stream throws; what was written then is no whole JSON
     */
    default void exportLead(String organization, String leadId, OutputStream to) {
        Inputs.present(to, "to");
        Store.watched(this, store -> {
            Native.flat_store_export_lead(store, Store.organization(organization), Store.id(leadId),
                    (bytes, first, second, item) -> {
                        try {
                            to.write(bytes);
                        } catch (IOException error) {
                            throw new UncheckedIOException(error);
                        }
                        return true;
                    });
            return null;
        });
    }

    /** All that is held on a lead, as one JSON object. */
    default String exportLead(String organization, String leadId) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        exportLead(organization, leadId, all);
        return all.toString(StandardCharsets.UTF_8);
    }

    /**
     * Delete a lead with all that is known of it, so that no byte is left in the file or its log.
     *
     * @return the ids of the models that were trained from it, as {@link Trainer#train} noted, or
     *     {@link #noteTraining}
     * @throws LeadscoreException also BUSY when it is deleted and others read too long: {@link #purge()} ends it, and
     *     {@link LeadscoreException#models} has the ids
     */
    default List<String> eraseLead(String organization, String leadId) {
        List<String> models = Store.page(this, store -> Native.flat_store_erase_lead(
                store, Store.organization(organization), Store.id(leadId)), Native::flat_page_model_id);
        try {
            purge();
        } catch (LeadscoreException left) {
            throw LeadscoreException.erased(left, models);
        }
        return models;
    }

    /**
     * Note which leads a model was trained from, where {@link Trainer#train} did not read them from the store itself; those
     * that are not there are passed over. The model need not be in the store.
     *
     * @throws LeadscoreException also INVALID_ARG for what is no hash
     */
    default void noteTraining(String organization, String sha256, Iterable<String> leadIds) {
        List<String> ids = Inputs.names(leadIds, "leadIds");
        Store.run(this, store -> Native.flat_store_note_training(
                store, Store.organization(organization), Inputs.present(sha256, "sha256"), ids));
    }

    /**
     * Erase what is older than it is to be kept, in transactions of some thousand rows, so that no byte of it is left.
     * Stopped, it keeps the transactions before; begun again it does what is left.
     *
     * @param progress told how many leads were looked at; null: nobody
     * @throws LeadscoreException also CANCELLED; INVALID_ARG where nothing is to go
     */
    default RetentionCounts retain(String organization, Retention what, Progress<? super Long> progress) {
        Inputs.present(what, "what");
        return Store.watched(this, store -> {
            long[] gone = new long[3];
            Native.flat_store_retain(store, Store.organization(organization),
                    Inputs.optionalMs(what.activitiesBefore(), "activitiesBefore"), what.activityType(),
                    Inputs.optionalMs(what.scoresBefore(), "scoresBefore"),
                    Inputs.optionalMs(what.leadsBefore(), "leadsBefore"), what.dryRun(), Store.counted(progress), gone);
            return new RetentionCounts(gone[0], gone[1], gone[2]);
        });
    }

    /** As {@link #retain(String, Retention, Progress)}, telling nobody. */
    default RetentionCounts retain(String organization, Retention what) {
        return retain(organization, what, null);
    }

    /**
     * Encrypt the store with another key, or one that is not encrypted with its first. From the moment it has begun the
     * store opens with the new key alone.
     *
     * @param key null: go on with what was begun and stopped
     * @throws LeadscoreException also BAD_KEY; BUSY where others read too long
     */
    default void rekey(StoreKey key) {
        StoreKey.use(key, address -> {
            Store.run(this, store -> Native.flat_store_rekey(store, address));
            return null;
        });
    }

    /**
     * Write the file anew without what was erased, or encrypted in place, where it may have left bytes.
     *
     * @throws LeadscoreException also BUSY while others use it: it stays due
     */
    default void purge() {
        Store.run(this, Native::lsc_store_purge);
    }
}
