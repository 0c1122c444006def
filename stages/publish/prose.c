/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prose.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct lac_publish_symbol lac_publish_symbols[] = {
    {'c', "suppressed to protect people from being identified"},
    {'e', "estimated"},
    {'u', "estimated, of low reliability: the interval is very wide"},
    {'x', "not available: no estimate is published, for the reasons given"},
    {'z', "not applicable"},
    {'p', "provisional: late and corrected returns may change it"},
    {'r', "revised since an earlier edition"},
};
const size_t lac_publish_symbol_count = COUNT(lac_publish_symbols);

const char *const lac_publish_notes[] = {
    "Number observed: people whom at least one list holds and who certainly meet the definition.",
    ("Estimate: all people who meet the definition, observed or not. It depends on the identifying "
     "assumption "
     "given with the headline, which the data cannot test."),
    "Lower bound: Chao's bound for lists that differ in how much they see, rounded down. It is not an "
    "estimate, and it can lie above one where being on a list makes a person less likely to be on another.",
    "Share known: number observed divided by estimate, both as published.",
    "Crimes, victims, suspects and groups are four different counts. No table mixes them.",
    "Rounded numbers need not add up.",
};
const size_t lac_publish_note_count = COUNT(lac_publish_notes);

const char *const lac_publish_unfit_uses[] = {
    ("To rank or judge police forces, local authorities or other agencies: differences reflect recording, "
     "coverage and linkage as well as the number of victims."),
    "To claim a rise or a fall from two editions, unless an interval for the change itself leaves out zero.",
    "To make statements about the ethnicity, nationality or religion of victims or offenders.",
    "To name, count or look for individual children, or to work out numbers that have been suppressed.",
    ("To describe abuse outside the definition, place and period given: other forms of child sexual abuse "
     "are "
     "far more common and are not counted here."),
    "As a known number. It is an estimate: quote it with its interval and its assumption.",
};
const size_t lac_publish_unfit_use_count = COUNT(lac_publish_unfit_uses);

const char *const lac_publish_assumptions[] = {
    ("Every person counted could have been seen by at least one list. People whom no agency could ever meet "
     "are outside the estimate."),
    "Records of one person were linked, and records of different people were not. Missed links make the "
    "estimate too high; false links make it too low.",
    ("Each list holds only people who meet the definition. Records wrongly in scope make the estimate too "
     "high."),
    "The population is closed over the period: people who enter or leave part-way are few, or alike on all "
    "lists.",
    ("Referral between agencies makes lists depend on one another. Police referring to children's services "
     "makes a model that ignores it too low; agencies leaving a case to each other makes it too high."),
};
const size_t lac_publish_assumption_count = COUNT(lac_publish_assumptions);

const char *const lac_publish_limits[] = {
    ("The interval covers what the section on uncertainty lists, as far as it is listed there. It does not "
     "cover a "
     "breach of the identifying assumption beyond the stated allowance, errors of linkage or of scope that "
     "the drawn "
     "linkages do not know of, or people whom missing returns alone would have shown."),
    "No fit test can tell whether the identifying assumption holds: every number at or above the number "
    "observed fits the data equally well under some other assumption.",
    "Estimates by region are fitted apart from the national one and need not add up to it.",
};
const size_t lac_publish_limit_count = COUNT(lac_publish_limits);
