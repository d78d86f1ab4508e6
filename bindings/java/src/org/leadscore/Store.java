package org.leadscore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;

/**
 * A connection to a file with the state of organizations: leads, activities, models, scores (docs/store.md). Its
 * calls wait for the disk. Threads that share one wait for each other: open one a thread.
 *
 * <p>Every call throws a {@link LeadscoreException}: NOT_FOUND for an organization, lead or model that is not there,
 * BUSY where another connection was writing for too long, IO, BAD_STORE.
 */
public final class Store
        implements AutoCloseable, StoreAccounts, StoreAnalytics, StoreAudit, StoreBulk, StorePrivacy, StoreRescoring {
    private final Handle handle;
    /** Who acts, C's or 0: freed after the store. */
    private final long[] actor;
    /** A call tells what it does: the thread that is told must not come back. */
    private boolean telling;

    private Store(long address, long[] actor) {
        handle = new Handle(this, "store", address, closed -> {
            Native.lsc_store_close(closed);
            Native.flat_actor_free(actor[0]);
        });
        this.actor = actor;
    }

    /**
     * Open a store. One of an older version is brought to that of this library, unless it is opened to read.
     *
     * @throws LeadscoreException also UNSUPPORTED for a store of a newer version
     */
    public static Store open(Path path, StoreOptions options) {
        return openAt(Inputs.path(path, "path"), Inputs.present(options, "options"));
    }

    /** A new store in memory, gone when it is closed. */
    public static Store inMemory() {
        return openAt(null, StoreOptions.DEFAULT);
    }

    private static Store openAt(String path, StoreOptions options) {
        return StoreKey.use(options.key(), key -> {
            long[] actor = {Actor.copy(options.actor())};
            try {
                return new Store(Native.flat_store_open_as(path, options.create(), options.readOnly(),
                        options.durability().ordinal(), options.busyMs(), options.makeLeads(), key, actor[0]), actor);
            } catch (RuntimeException | Error error) {
                Native.flat_actor_free(actor[0]);
                throw error;
            }
        });
    }

    /**
     * Make a store of a backup. It comes into its place whole, when it was found unchanged.
     *
     * @param key by which the backup is encrypted; null: it is plain
     * @param replace put it in place of a store that stands there
     * @param progress told now and then; null: nobody
     * @throws LeadscoreException CONFLICT where something stands there; BUSY where that store is open; BAD_KEY, BAD_STORE;
     *     CANCELLED
     */
    public static void restore(
            Path backup, Path path, StoreKey key, boolean replace, Progress<? super CopyNews> progress) {
        String from = Inputs.path(backup, "backup");
        String to = Inputs.path(path, "path");
        StoreKey.use(key, address -> {
            Native.flat_store_restore(from, to, address, replace, CopyNews.watch(progress));
            return null;
        });
    }

    // What the parts of it stand on.

    private long address() {
        if (telling) {
            throw LeadscoreException.invalid("the store is in use by the call that tells this");
        }
        return handle.get();
    }

    /** A call of C's on the store of a part. */
    static <T> T call(Object part, LongFunction<T> call) {
        Store store = (Store) part;
        synchronized (store) {
            return call.apply(store.address());
        }
    }

    /** A call that gives nothing. */
    static void run(Object part, LongConsumer call) {
        call(part, address -> {
            call.accept(address);
            return null;
        });
    }

    /** A call that tells what it does. */
    static <T> T watched(Object part, LongFunction<T> call) {
        Store store = (Store) part;
        synchronized (store) {
            long address = store.address();
            store.telling = true;
            try {
                return call.apply(address);
            } finally {
                store.telling = false;
            }
        }
    }

    /** A call that gives a page, and what its rows are. */
    static <T> List<T> page(Object part, LongUnaryOperator call, Row<T> row) {
        return call(part, address -> {
            long page = call.applyAsLong(address);
            return rows(page, n -> row.of(page, n));
        });
    }

    /** A row of a page. */
    interface Row<T> {
        T of(long page, long row);
    }

    /** Passes on a number that C tells; null of null. */
    static Watch counted(Progress<? super Long> progress) {
        return progress == null ? null : (none, n, second, item) -> progress.told((long) n);
    }

    // Transactions.

    /** The changes until {@link #commit()} come into the file together. Mostly {@link #transaction} is handier. */
    public synchronized void begin() {
        Native.lsc_store_begin(address());
    }

    /** End a transaction and keep its changes. */
    public synchronized void commit() {
        Native.lsc_store_commit(address());
    }

    /** End a transaction and undo its changes; nothing where none has begun. */
    public synchronized void rollback() {
        Native.lsc_store_rollback(address());
    }

    /** Do all of it, or, where it throws, nothing. Other threads wait. */
    public synchronized void transaction(Runnable work) {
        Inputs.present(work, "work");
        begin();
        boolean done = false;
        try {
            work.run();
            done = true;
        } finally {
            if (!done && !handle.isClosed()) {
                rollback();
            }
        }
        commit();
    }

    /** Look over the whole file; BAD_STORE with the first thing that is wrong. */
    public synchronized void check() {
        Native.lsc_store_check(address());
    }

    /** Count what an organization has; null: all of them. */
    public synchronized StoreCounts count(String organization) {
        lsc_store_counts counts = Native.flat_store_count(address(), organization);
        try {
            return StoreCounts.of(counts);
        } finally {
            Native.flat_store_counts_free(counts);
        }
    }

    // Organizations and leads.

    /** Add an organization, or change the name of one; {@code name} may be null. */
    public synchronized void addOrganization(String organization, String name) {
        Native.lsc_store_add_organization(address(), organization(organization), name);
    }

    /**
     * Organizations, in the order of their ids.
     *
     * @param after begin after this id: the last one of the page before; null: at the first
     * @param limit most rows; 0: 100. A shorter page is the last
     */
    public List<StoredOrganization> listOrganizations(String after, int limit) {
        return page(this, store -> Native.flat_store_list_organizations(store, after, Inputs.limit(limit)),
                (page, row) -> StoredOrganization.of(Native.flat_page_organization(page, row)));
    }

    /**
     * Put a lead, as JSON with an id, in place of the one with its id, or add it. Its activities are added to those
     * that are there.
     *
     * @throws LeadscoreException also BAD_JSON, BAD_LEAD, LIMIT; CONFLICT where another lead has its e-mail
     */
    public synchronized void putLead(String organization, String lead) {
        Native.lsc_store_put_lead_json(
                address(), organization(organization), Inputs.utf8(Inputs.present(lead, "lead")));
    }

    /** The properties of a lead, as JSON. */
    public synchronized String lead(String organization, String leadId) {
        return Inputs.text(Native.flat_store_lead_json(address(), organization(organization), id(leadId)));
    }

    /** Leads in the order of their ids. */
    public synchronized List<StoredLead> listLeads(String organization, LeadQuery query) {
        Inputs.present(query, "query");
        long page = Native.flat_store_list_leads(address(), organization(organization), query.after(),
                query.status(), query.source(), Inputs.limit(query.limit()));
        return rows(page, row -> StoredLead.of(Native.flat_page_lead(page, row)));
    }

    /** Delete a lead with its activities, outcomes and scores. It is no erasure. */
    public synchronized void deleteLead(String organization, String leadId) {
        Native.lsc_store_delete_lead(address(), organization(organization), id(leadId));
    }

    /**
     * Add activities of a lead, a JSON array or an object a line. One that is there already is not added twice.
     *
     * @param leadId null: each names its lead
     * @return how many were new
     */
    public synchronized long addActivities(String organization, String leadId, String activities) {
        return Native.flat_store_add_activities(address(), organization(organization), leadId,
                Inputs.utf8(Inputs.present(activities, "activities")));
    }

    /** The activities of a lead in the order of their times, then sources, then ids. */
    public List<StoredActivity> listActivities(String organization, String leadId, ActivityQuery query) {
        Inputs.present(query, "query");
        StoredActivity after = query.after();
        return page(this, store -> Native.flat_store_list_activities(store, organization(organization), id(leadId),
                        Inputs.optionalMs(after == null ? null : after.time(), "after"),
                        after == null ? null : after.source(), after == null ? null : after.id(),
                        Inputs.limit(query.limit()), query.type(), Inputs.optionalMs(query.from(), "from"),
                        Inputs.optionalMs(query.until(), "until"), query.latestFirst()),
                (page, row) -> StoredActivity.of(Native.flat_page_activity(page, row)));
    }

    /** Add what became of a lead. */
    public synchronized void addOutcome(String organization, String leadId, Instant time, boolean converted) {
        Native.flat_store_add_outcome(
                address(), organization(organization), id(leadId), Inputs.timeMs(time, "time"), converted);
    }

    /** Take all added outcomes of a lead away. */
    public synchronized void clearOutcomes(String organization, String leadId) {
        Native.lsc_store_clear_outcomes(address(), organization(organization), id(leadId));
    }

    /** As {@link #putLead(String, String)}, read by a table of aliases. */
    public void putLead(String organization, String lead, Aliases aliases) {
        byte[] json = Inputs.utf8(Inputs.present(lead, "lead"));
        Aliases.use(aliases, table -> {
            run(this, store -> Native.flat_store_put_lead(store, organization(organization), json, table));
            return null;
        });
    }

    /** The lead of an e-mail address, letter case apart. */
    public Optional<StoredLead> findLead(String organization, String email) {
        return page(this, store -> Native.flat_store_find_lead(
                        store, organization(organization), Inputs.present(email, "email")),
                (page, row) -> StoredLead.of(Native.flat_page_lead(page, row))).stream().findFirst();
    }

    // Models.

    /** The models of an organization, in the order in which they were added. */
    public List<StoredModel> listModels(String organization) {
        return page(this, store -> Native.flat_store_list_models(store, organization(organization)),
                (page, row) -> StoredModel.of(Native.flat_page_model(page, row)));
    }

    /** Add a model from its file. As {@link #addModel(String, byte[], LoadOptions)}. */
    public String addModel(String organization, Path bundle) {
        try {
            return addModel(organization, Files.readAllBytes(Inputs.present(bundle, "bundle")), LoadOptions.DEFAULT);
        } catch (IOException error) {
            throw LeadscoreException.unreadable(error);
        }
    }

    /**
     * Add a model. It is loaded to see that it is one.
     *
     * @return its id: the SHA-256 of the bundle, in hex
     */
    public synchronized String addModel(String organization, byte[] bundle, LoadOptions options) {
        Inputs.present(bundle, "bundle");
        String[] id = new String[1];
        Inputs.present(options, "options").use(load -> {
            id[0] = Native.flat_store_add_model(address(), organization(organization), bundle, load);
            return 0;
        });
        return id[0];
    }

    /**
     * Make a model the one that scores.
     *
     * @param force also when its gate did not pass, which else is GATE_FAILED
     */
    public synchronized void activateModel(String organization, String sha256, boolean force) {
        Native.lsc_store_activate_model(
                address(), organization(organization), Inputs.present(sha256, "sha256"), force);
    }

    /** Load the model that scores. */
    public Model loadModel(String organization) {
        return loadModel(organization, null, LoadOptions.DEFAULT);
    }

    /** Load a model by its id; null: the one that scores. */
    public synchronized Model loadModel(String organization, String sha256, LoadOptions options) {
        return new Model(Inputs.present(options, "options").use(load ->
                Native.flat_store_load_model(address(), organization(organization), sha256, load)));
    }

    // Scores.

    /** Score a lead as of a time, say why, and keep the score. */
    public Explanation scoreLead(String organization, String leadId, Model model, Instant asOf) {
        return Inputs.present(model, "model").use(scorer -> scoreLead(organization, leadId, scorer, asOf));
    }

    /** As {@link #scoreLead(String, String, Model, Instant)}, with a scorer of the caller's. */
    public synchronized Explanation scoreLead(String organization, String leadId, Scorer scorer, Instant asOf) {
        synchronized (Inputs.present(scorer, "scorer")) {
            lsc_explanation explanation = Native.flat_store_score_lead(address(), organization(organization),
                    id(leadId), scorer.address(), Inputs.timeMs(asOf, "asOf"));
            return scorer.explained(explanation, leadId);
        }
    }

    /** The latest score of a lead. */
    public Optional<StoredScore> latestScore(String organization, String leadId) {
        return history(organization, leadId, null, 1).stream().findFirst();
    }

    /** The latest score of each lead that has one, the best first. */
    public synchronized List<StoredScore> listScores(String organization, ScoreQuery query) {
        Inputs.present(query, "query");
        long page = Native.flat_store_list_scores(address(), organization(organization), query.after(),
                query.afterScore(), query.minScore(), query.maxScore(), Inputs.limit(query.limit()));
        return rows(page, row -> StoredScore.of(Native.flat_page_score(page, row)));
    }

    /**
     * The scores of a lead, the latest first.
     *
     * @param before begin before this time; null: at the latest
     * @param limit most times; 0: 100. Models that scored at one time come together
     */
    public synchronized List<StoredScore> history(String organization, String leadId, Instant before, int limit) {
        long page = Native.flat_store_list_history(address(), organization(organization), id(leadId),
                before == null ? Long.MIN_VALUE : Inputs.timeMs(before, "before"), Inputs.limit(limit));
        return rows(page, row -> StoredScore.of(Native.flat_page_score(page, row)));
    }

    private static <T> List<T> rows(long page, LongFunction<T> row) {
        try {
            List<T> all = new ArrayList<>();
            for (long i = 0; i < Native.flat_page_rows(page); i++) {
                all.add(row.apply(i));
            }
            return all;
        } finally {
            Native.flat_page_free(page);
        }
    }

    static String organization(String organization) {
        return Inputs.present(organization, "organization");
    }

    static String id(String leadId) {
        return Inputs.present(leadId, "leadId");
    }

    @Override
    public synchronized void setActor(Actor next) {
        long store = address();
        long made = Actor.copy(Inputs.present(next, "actor"));
        try {
            Native.flat_store_set_actor(store, made);
        } catch (RuntimeException | Error error) {
            Native.flat_actor_free(made);
            throw error;
        }
        Native.flat_actor_free(actor[0]);
        actor[0] = made;
    }

    /** Close. What was begun and not committed is undone. */
    @Override
    public synchronized void close() {
        if (telling) {
            address();
        }
        handle.close();
    }
}
