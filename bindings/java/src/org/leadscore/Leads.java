package org.leadscore;

/** Leads with what became of them, to learn from and to measure on. They are opened anew by each call. */
public sealed interface Leads permits LeadFiles, LeadTable, LeadEvents, LeadStore {}
