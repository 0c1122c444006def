/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_VERDICT_H
#define LAC_RECONCILE_VERDICT_H
/*
 * A definition against one victim's involvement in one case. Pure functions.
 *
 * Clauses are three-valued (truth.h), in the order age, excluded criteria, persons, victims, association,
 * exploitation, image-only, peer-only. A false clause puts the case out; else a kind that is set apart puts
 * it apart; else a clause that cannot be decided makes it cannot tell; else it is in. A case set apart by its
 * criterion need not pass the exploitation clause. The reason is the first clause that decided.
 */
#include "definition.h"
#include "facts.h"
#include "truth.h"

/* Ordered: over a person's involvements the greatest counts. */
enum lac_reconcile_verdict {
    LAC_RECONCILE_OUT,
    LAC_RECONCILE_APART,
    LAC_RECONCILE_CANNOT_TELL,
    LAC_RECONCILE_IN
};

#define LAC_RECONCILE_REASONS(X)                                                                             \
    X(ALL, "all")                                                                                            \
    X(AGE, "age")                                                                                            \
    X(CRITERION, "criterion")                                                                                \
    X(FAMILIAL, "familial")                                                                                  \
    X(PERSONS, "persons")                                                                                    \
    X(VICTIMS, "victims")                                                                                    \
    X(ASSOCIATION, "association")                                                                            \
    X(EXPLOITATION, "exploitation")                                                                          \
    X(IMAGE_ONLY, "image_only")                                                                              \
    X(PEER_ONLY, "peer_only")                                                                                \
    X(GEOGRAPHY, "geography")                                                                                \
    X(ROLE, "role") /* a facilitator, whom the definition does not count */
enum lac_reconcile_reason {
#define LAC_RECONCILE_REASON_ENUM(name, word) LAC_RECONCILE_REASON_##name,
    LAC_RECONCILE_REASONS(LAC_RECONCILE_REASON_ENUM)
#undef LAC_RECONCILE_REASON_ENUM
        LAC_RECONCILE_REASON_COUNT
};
const char *lac_reconcile_reason_word(enum lac_reconcile_reason reason);
const char *lac_reconcile_verdict_word(enum lac_reconcile_verdict verdict);

/* What a definition looks at. */
struct lac_reconcile_view {
    struct lac_reconcile_range age;              /* of the victim, on the day the definition names */
    unsigned criterion, flag, image;             /* sets of values; 0 not known, two values: in conflict */
    const char *code, *operation;                /* "" not known */
    struct lac_reconcile_range persons, victims; /* that count under the definition */
    struct lac_reconcile_range adults, everyone; /* suspects aged 18 or over, and all suspects */
    enum lac_reconcile_truth pooled; /* exploitation in the other records of the unit; false: none */
    enum lac_reconcile_truth mapped; /* the case belongs to a mapped group; asked with mapped_ocg alone */
};

struct lac_reconcile_decision {
    uint8_t verdict, reason;
    bool event; /* evidence of an event of the definition's kind: no clause but the numbers of persons puts it
                   out */
    /* What doubt.h learns from and draws for; sets of clauses by bit. */
    uint8_t open;   /* of a cannot tell: the clauses that are not known */
    uint8_t trial;  /* clauses that are known, though they would not be if the record were silent, with no
                       other  clause false */
    uint8_t traits; /* LAC_RECONCILE_FAILED and what else the row says: named suspects, flag */
};
#define LAC_RECONCILE_CLAUSES 8
#define LAC_RECONCILE_FAILED 1U /* trait: the clauses of `trial` are false, else they hold */
#define LAC_RECONCILE_NAMED(n) ((unsigned)(n) << 1)   /* trait: 0, 1, or 2 for more persons on the rows */
#define LAC_RECONCILE_FLAGGED(f) ((unsigned)(f) << 3) /* trait: the set of flag values */

struct lac_reconcile_decision lac_reconcile_decide(const struct lac_reconcile_rule *rule,
                                                   const struct lac_reconcile_view *view);

/* What rows are decided on. `birth` is per victim. */
struct lac_reconcile_basis {
    const struct lac_reconcile_set *set;
    const struct lac_reconcile_facts *facts;
    const struct lac_reconcile_birth *birth;
    bool involved; /* suspects and facilitators as well */
};
/* Decides every victim row that is evidence. With `involved` a suspect's row is what its incident is for its
 * victims: the greatest of their verdicts, an event if one of theirs is. Where no record names a victim the
 * incident is decided with the victim's age not known. A facilitator is out of a definition that asks for
 * persons and does not count facilitators. Other rows get OUT without event. `decision` has room for the
 * rows. O(rows + cases). */
enum lac_status lac_reconcile_rows_decide(const struct lac_reconcile_rule *rule,
                                          const struct lac_reconcile_basis *basis,
                                          struct lac_reconcile_decision *decision,
                                          struct lac_error *err) LAC_CHECKED;

/* Ages of the victim that the row and the person's birth interval allow, on the offence or on the record. */
struct lac_reconcile_range lac_reconcile_victim_age(const struct lac_reconcile_row *row,
                                                    struct lac_reconcile_birth birth, bool at_record);

#endif
