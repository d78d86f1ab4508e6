'use strict';
const { readFileSync } = require('fs');

const { aliasesHandle } = require('./aliases');
const { LeadscoreError, kindOf, refuse } = require('./errors');
const { disposable } = require('./idioms');
const {
  activitiesText, days, flag, isBytes, leadText, objectText, optionalTime, options, ownText, path,
  text, timeMs, truth, whole,
} = require('./inputs');
const { OPTIONS: WATCH, watched } = require('./jobs');
const { actorArguments, keyArguments } = require('./keys');
const { handleOf, loadArguments, wrapModel } = require('./model');
const native = require('./native');
const { readExplanation, readStoredScore } = require('./results');

const MAKE = Symbol('make');
const DURABILITIES = ['full', 'normal', 'off'];
const ACCOUNT_TYPES = ['user', 'integration'];
const MAX_THREADS = 64;
const MAX_INT = 2147483647;

function openArguments(given) {
  const { create, readOnly, durability = 'full', busyMs, makeLeads, key, actor } =
    options(given, ['create', 'readOnly', 'durability', 'busyMs', 'makeLeads', 'key', 'actor']);
  if (!DURABILITIES.includes(durability)) {
    refuse(`durability is ${String(durability)}, must be one of ${DURABILITIES.join(', ')}`);
  }
  return [flag(create, 'create'), flag(readOnly, 'readOnly'), DURABILITIES.indexOf(durability),
    whole(busyMs, 'busyMs', 0, -1, MAX_INT), flag(makeLeads, 'makeLeads'), ...keyArguments(key),
    ...actorArguments(actor)];
}

function readBundle(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    const [code, status] = error.code === 'ENOENT' ? ['LSC_NOT_FOUND', 4] : ['LSC_IO', 3];
    throw new LeadscoreError(`${file}: ${error.message}`, code, status);
  }
}

function pageLimit(limit) {
  return whole(limit, 'limit', 0);
}

function accountType(type) {
  if (!ACCOUNT_TYPES.includes(type)) {
    refuse(`type is ${String(type)}, must be one of ${ACCOUNT_TYPES.join(', ')}`);
  }
  return ACCOUNT_TYPES.indexOf(type);
}

function readAccount(account) {
  return { ...account, details: JSON.parse(account.details) };
}

/** (id, source) of the activity that a page begins after. */
function activityPlace(after) {
  if (after === undefined) {
    return [null, null];
  }
  if (typeof after !== 'object' || after === null) {
    refuse(`after is ${kindOf(after)}, must be an activity of the page before`);
  }
  return [text(after.id, 'after.id'), text(after.source, 'after.source', true)];
}

function readActivity(row) {
  return {
    ...row, time: new Date(row.time), recordedTime: new Date(row.recordedTime), data: JSON.parse(row.data),
  };
}

const LINES = (stage, lines) => ({ lines });
const BYTES = (stage, bytes, all) => ({ bytes, all });
const SCORES = (stage, scored, changed) => ({ scored, changed });
const LEADS = (stage, leads) => ({ leads });

/** One connection to a file with the state of organizations: leads, models, scores. */
class Store {
  #handle;
  #within = false; // transaction() is at work

  constructor(make, handle) {
    if (make !== MAKE) {
      refuse('a Store is made by Store.open()');
    }
    this.#handle = handle;
  }

  static open(file, given) {
    return new Store(MAKE, native.openStore(path(file, 'path', true), ...openArguments(given)));
  }

  close() {
    native.closeStore(this.#handle);
  }

  // Transactions.

  begin() {
    native.storeBegin(this.#handle);
  }

  commit() {
    native.storeCommit(this.#handle);
  }

  rollback() {
    native.storeRollback(this.#handle);
  }

  transaction(work) {
    if (typeof work !== 'function') {
      refuse(`work is ${kindOf(work)}, must be a function`);
    }
    this.begin();
    this.#within = true;
    let value;
    try {
      value = work(this);
      if (typeof value?.then === 'function') {
        refuse('work gives a promise: a transaction cannot wait for one');
      }
    } catch (error) {
      try {
        this.rollback();
      } catch {
        // The store is closed: nothing is left to undo.
      }
      throw error;
    } finally {
      this.#within = false;
    }
    this.commit();
    return value;
  }

  check() {
    native.storeCheck(this.#handle);
  }

  count(organization) {
    return native.storeCount(this.#handle, text(organization, 'organization', true));
  }

  // Organizations.

  addOrganization(organization, name) {
    native.storeAddOrganization(this.#handle, text(organization, 'organization'), text(name, 'name', true));
  }

  listOrganizations(query) {
    const { after, limit } = options(query, ['after', 'limit'], 'query');
    return native.storeListOrganizations(this.#handle, text(after, 'after', true), pageLimit(limit));
  }

  // Leads.

  putLead(organization, lead, given) {
    const { aliases } = options(given, ['aliases']);
    native.storePutLead(this.#handle, text(organization, 'organization'), leadText(lead), aliasesHandle(aliases));
  }

  getLead(organization, id) {
    return JSON.parse(native.storeLeadJson(this.#handle, text(organization, 'organization'), text(id, 'id')));
  }

  listLeads(organization, query) {
    const { after, limit, email, status, source } =
      options(query, ['after', 'limit', 'email', 'status', 'source'], 'query');
    const rows = native.storeListLeads(this.#handle, text(organization, 'organization'),
      text(after, 'after', true), text(email, 'email', true), text(status, 'status', true),
      text(source, 'source', true), pageLimit(limit));
    for (const row of rows) {
      row.createdAt = row.createdAt === null ? null : new Date(row.createdAt);
    }
    return rows;
  }

  deleteLead(organization, id) {
    native.storeDeleteLead(this.#handle, text(organization, 'organization'), text(id, 'id'));
  }

  addActivities(organization, leadId, activities) {
    const json = activitiesText(activities);
    if (json === undefined) {
      refuse('activities are missing');
    }
    return native.storeAddActivities(this.#handle, text(organization, 'organization'),
      text(leadId, 'leadId', true), json);
  }

  listActivities(organization, leadId, query) {
    const { after, limit, type, from, until, latestFirst } =
      options(query, ['after', 'limit', 'type', 'from', 'until', 'latestFirst'], 'query');
    const rows = native.storeListActivities(this.#handle, text(organization, 'organization'),
      text(leadId, 'leadId'), ...activityPlace(after), text(type, 'type', true),
      optionalTime(after?.time, 'after.time'), optionalTime(from, 'from'), optionalTime(until, 'until'),
      pageLimit(limit), flag(latestFirst, 'latestFirst'));
    return rows.map(readActivity);
  }

  addOutcome(organization, leadId, outcome) {
    const { time, converted } = options(outcome, ['time', 'converted'], 'outcome');
    native.storeAddOutcome(this.#handle, text(organization, 'organization'), text(leadId, 'leadId'),
      timeMs(time, 'time'), truth(converted, 'converted'));
  }

  clearOutcomes(organization, leadId) {
    native.storeClearOutcomes(this.#handle, text(organization, 'organization'), text(leadId, 'leadId'));
  }

  setConsent(organization, leadId, consent) {
    const { purpose, given, time, source } = options(consent, ['purpose', 'given', 'time', 'source'], 'consent');
    native.storeSetConsent(this.#handle, text(organization, 'organization'), text(leadId, 'leadId'),
      text(purpose, 'purpose'), truth(given, 'given'), timeMs(time, 'time'), text(source, 'source', true));
  }

  listConsents(organization, leadId) {
    const rows = native.storeListConsents(this.#handle, text(organization, 'organization'),
      text(leadId, 'leadId'));
    return rows.map((row) => ({ ...row, time: new Date(row.time) }));
  }

  // Models.

  addModel(organization, bundle, given) {
    const bytes = isBytes(bundle) ? ownText(bundle) : readBundle(path(bundle, 'bundle'));
    return native.storeAddModel(this.#handle, text(organization, 'organization'), bytes,
      ...loadArguments(given));
  }

  activateModel(organization, sha256, given) {
    const { force } = options(given, ['force']);
    native.storeActivateModel(this.#handle, text(organization, 'organization'), text(sha256, 'sha256'),
      flag(force, 'force'));
  }

  listModels(organization) {
    return native.storeListModels(this.#handle, text(organization, 'organization'));
  }

  loadModel(organization, sha256, given) {
    return wrapModel(native.storeLoadModel(this.#handle, text(organization, 'organization'),
      text(sha256, 'sha256', true), ...loadArguments(given)));
  }

  // Scores.

  scoreLead(organization, leadId, model, given) {
    const { asOf } = options(given, ['asOf']);
    return readExplanation(native.storeScoreLead(this.#handle, text(organization, 'organization'),
      text(leadId, 'leadId'), handleOf(model), timeMs(asOf, 'asOf')));
  }

  listScores(organization, query) {
    const { limit, minScore, maxScore, ...rest } =
      options(query, ['afterId', 'afterScore', 'limit', 'minScore', 'maxScore'], 'query');
    // 0 is C's default of the highest. A list without more begins before the first id that has the score 0.
    const begins = maxScore === 0 && rest.afterId === undefined;
    const { afterId, afterScore } = begins ? { afterId: '\u0001', afterScore: 0 } : rest;
    return native.storeListScores(this.#handle, text(organization, 'organization'),
      text(afterId, 'afterId', true), whole(afterScore, 'afterScore', -1, -1, 100), pageLimit(limit),
      whole(minScore, 'minScore', 0, -1, 100), whole(maxScore, 'maxScore', 0, 0, 100)).map(readStoredScore);
  }

  async scoreAll(organization, model, given) {
    return this.#scoreLeads(organization, model, given, false);
  }

  async scoreStale(organization, model, given) {
    return this.#scoreLeads(organization, model, given, true);
  }

  #scoreLeads(organization, model, given, staleOnly) {
    const { asOf, threads, ...watch } = options(given, ['asOf', 'threads', ...WATCH]);
    const which = [text(organization, 'organization'), handleOf(model), timeMs(asOf, 'asOf'),
      whole(threads, 'threads', 1, 1, MAX_THREADS), staleOnly];
    return this.#job(watch, SCORES, native.storeScoreLeads, ...which);
  }

  /** A job on this store, which it alone has until the promise is settled. */
  async #job(watch, news, start, ...rest) {
    if (this.#within) { // a job would still have the store when the transaction is to end
      refuse('the store is in a transaction: end it first');
    }
    return watched(watch, news, (stop, tell) => start(this.#handle, stop, tell, ...rest));
  }

  listStale(organization, query) {
    const { asOf, limit } = options(query, ['asOf', 'limit'], 'query');
    const rows = native.storeListStale(this.#handle, text(organization, 'organization'),
      timeMs(asOf, 'asOf'), pageLimit(limit));
    return rows.map((row) => ({ ...row, due: row.due === null ? null : new Date(row.due) }));
  }

  explainChange(organization, leadId, query) {
    const { from, to, fromModel, toModel } = options(query, ['from', 'to', 'fromModel', 'toModel'], 'query');
    return native.storeExplainChange(this.#handle, text(organization, 'organization'), text(leadId, 'leadId'),
      text(fromModel, 'fromModel', true), text(toModel, 'toModel', true), timeMs(from, 'from'), timeMs(to, 'to'));
  }

  listHistory(organization, leadId, query) {
    const { before, limit } = options(query, ['before', 'limit'], 'query');
    return native.storeListHistory(this.#handle, text(organization, 'organization'),
      text(leadId, 'leadId'), optionalTime(before ?? undefined, 'before'), pageLimit(limit)).map(readStoredScore);
  }

  // Counts over scores and outcomes.

  async countScores(organization) {
    return this.#job({}, null, native.storeCountScores, text(organization, 'organization'));
  }

  async countConversions(organization, query) {
    const { asOf, horizonDays, model, repeats } =
      options(query, ['asOf', 'horizonDays', 'model', 'repeats'], 'query');
    return this.#job({}, null, native.storeCountConversions, text(organization, 'organization'),
      text(model, 'model', true), timeMs(asOf, 'asOf'), days(horizonDays, 'horizonDays'), flag(repeats, 'repeats'));
  }

  async listPerformance(organization, query) {
    const { from, until, horizonDays, known, repeats } =
      options(query, ['from', 'until', 'horizonDays', 'known', 'repeats'], 'query');
    return this.#job({}, null, native.storeListPerformance, text(organization, 'organization'), timeMs(from, 'from'),
      timeMs(until, 'until'), days(horizonDays, 'horizonDays'), timeMs(known, 'known'), flag(repeats, 'repeats'));
  }

  // Files.

  async ingest(organization, files) {
    const names = ['leads', 'activities', 'outcomes', 'rejects'];
    const given = options(files, [...names, 'batch', 'aliases', ...WATCH], 'files');
    return this.#job(given, LINES, native.storeIngest, text(organization, 'organization'),
      ...names.map((name) => path(given[name], name, true)), whole(given.batch, 'batch', 0),
      aliasesHandle(given.aliases));
  }

  async backup(file, given) {
    const { key, ...watch } = options(given, ['key', ...WATCH]);
    await this.#job(watch, BYTES, native.storeBackup, path(file, 'path'), null, ...keyArguments(key), false);
  }

  static async restore(backup, file, given) {
    const { key, replace, ...watch } = options(given, ['key', 'replace', ...WATCH]);
    const files = [path(backup, 'backup'), path(file, 'path')];
    await watched(watch, BYTES, (stop, tell) => native.storeRestore(undefined, stop, tell, ...files,
      ...keyArguments(key), flag(replace, 'replace')));
  }

  // Privacy.

  async rekey(key) {
    await this.#job({}, null, native.storeRekey, ...keyArguments(key));
  }

  async purge() {
    await this.#job({}, null, native.storePurge);
  }

  async eraseLead(organization, id) {
    return this.#job({}, null, native.storeEraseLead, text(organization, 'organization'), text(id, 'id'));
  }

  async retain(organization, given) {
    const times = ['activitiesBefore', 'scoresBefore', 'leadsBefore'];
    const { activityType, dryRun, ...rest } = options(given, [...times, 'activityType', 'dryRun', ...WATCH]);
    return this.#job(rest, LEADS, native.storeRetain, text(organization, 'organization'),
      text(activityType, 'activityType', true), ...times.map((name) => optionalTime(rest[name], name)),
      flag(dryRun, 'dryRun'));
  }

  exportLead(organization, id) {
    return native.storeExportLead(this.#handle, text(organization, 'organization'), text(id, 'id'));
  }

  noteTraining(organization, sha256, leadIds) {
    if (!Array.isArray(leadIds)) {
      refuse(`leadIds is ${kindOf(leadIds)}, must be an array of ids`);
    }
    native.storeNoteTraining(this.#handle, text(organization, 'organization'), text(sha256, 'sha256'),
      leadIds.map((id, i) => text(id, `leadIds[${i}]`)));
  }

  setActor(actor) {
    const [isGiven, ...who] = actorArguments(actor);
    if (!isGiven) {
      refuse(`actor is ${kindOf(actor)}, must be an object`);
    }
    native.storeSetActor(this.#handle, ...who);
  }

  setAudited(audited) {
    native.storeSetAudited(this.#handle, truth(audited, 'audited'));
  }

  noteAccess(organization, leadId) {
    native.storeNoteAccess(this.#handle, text(organization, 'organization'), text(leadId, 'leadId'));
  }

  auditHead() {
    return native.storeAuditHead(this.#handle);
  }

  leadUuid(organization, id) {
    return native.storeLeadUuid(this.#handle, text(organization, 'organization'), text(id, 'id'));
  }

  listAudit(organization, query) {
    const { after, limit, subject, actor, action, from, until } =
      options(query, ['after', 'limit', 'subject', 'actor', 'action', 'from', 'until'], 'query');
    const rows = native.storeListAudit(this.#handle, text(organization, 'organization', true),
      text(subject, 'subject', true), text(actor, 'actor', true), text(action, 'action', true),
      whole(after, 'after', 0), pageLimit(limit), optionalTime(from, 'from'), optionalTime(until, 'until'));
    return rows.map((row) => ({ ...row, time: new Date(row.time) }));
  }

  // Accounts.

  putAccount(organization, type, account) {
    const { id, role, details } = options(account, ['id', 'role', 'details'], 'account');
    native.storePutAccount(this.#handle, text(organization, 'organization'), text(id, 'id'), accountType(type),
      text(role, 'role', true), details === undefined ? null : objectText(details, 'details'));
  }

  getAccount(organization, type, id) {
    return native.storeGetAccount(this.#handle, text(organization, 'organization'), text(id, 'id'),
      accountType(type)).map(readAccount)[0];
  }

  listAccounts(organization, type, query) {
    const { after, limit } = options(query, ['after', 'limit'], 'query');
    return native.storeListAccounts(this.#handle, text(organization, 'organization'), text(after, 'after', true),
      accountType(type), pageLimit(limit)).map(readAccount);
  }

  setAccountActive(organization, type, id, active) {
    native.storeSetAccountActive(this.#handle, text(organization, 'organization'), text(id, 'id'),
      accountType(type), truth(active, 'active'));
  }

  deleteAccount(organization, type, id) {
    native.storeDeleteAccount(this.#handle, text(organization, 'organization'), text(id, 'id'), accountType(type));
  }

  accountUuid(organization, type, id) {
    return native.storeAccountUuid(this.#handle, text(organization, 'organization'), text(id, 'id'),
      accountType(type));
  }

  async verify(anchor) {
    return this.#job({}, null, native.storeVerify, text(anchor, 'anchor', true));
  }
}

disposable(Store);

module.exports = { Store };
