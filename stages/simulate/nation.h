/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_SIMULATE_NATION_H
#define LAC_SIMULATE_NATION_H
/*
 * The true state of the nation: groups, victims, suspects, and who is on which list.
 *
 * Pure kernels: settings and reference data in, arrays out. Every draw has its own stream, keyed by (seed,
 * LAC_PURPOSE_SIMULATE, what, index): a person's values do not change when another person's do, and the bytes
 * do not depend on threads. Memory is the arena's.
 */
#include "settings.h"
#include "world.h"

/* What a stream is for: the second word of its key. */
enum lac_simulate_draw {
    LAC_DRAW_FORCE_RATE = 1,
    LAC_DRAW_FORCE_LIST,
    LAC_DRAW_ALLOCATION,
    LAC_DRAW_GROUP,
    LAC_DRAW_VICTIM,
    LAC_DRAW_SUSPECT,
    LAC_DRAW_CAPTURE,
    LAC_DRAW_EVENTS,
    LAC_DRAW_ROW,
    LAC_DRAW_RETURN,
    LAC_DRAW_DEFECT
};

enum lac_simulate_kind {
    LAC_KIND_GROUP,
    LAC_KIND_PEER,
    LAC_KIND_FAMILIAL,
    LAC_KIND_INSTITUTIONAL,
    LAC_KIND_RITUALISTIC,
    LAC_KIND_IMAGE_ONLY,
    LAC_KIND_ONE_SUSPECT,
    LAC_KIND_AT_RISK,
    LAC_KIND_CANCELLED,
    LAC_KIND_ADULT,
    LAC_KIND_NON_RECENT,
    LAC_KIND_COUNT
};
struct lac_simulate_kind_facts {
    const char *name, *criterion;
    bool cse;       /* is sexual exploitation: the flag would be on */
    bool true_case; /* a case of its criterion; false: at risk only, or cancelled */
    bool heavy;     /* group sizes from the heavy-tailed law, else `fewest` to `most` suspects */
    int fewest, most;
};
extern const struct lac_simulate_kind_facts lac_simulate_kinds[LAC_KIND_COUNT];

enum lac_simulate_role { LAC_ROLE_VICTIM, LAC_ROLE_SUSPECT, LAC_ROLE_FACILITATOR };

struct lac_simulate_group {
    enum lac_simulate_kind kind;
    uint32_t force, first_victim, victims, first_suspect, suspects,
        facilitators; /* facilitators follow the suspects */
};
enum lac_simulate_presence { LAC_PRESENCE_NONE, LAC_PRESENCE_OWN, LAC_PRESENCE_REFERRAL };

struct lac_simulate_person {
    enum lac_simulate_role role;
    enum lac_simulate_kind kind;
    uint32_t group, force, ethnicity;
    const char *forename, *surname, *other_surname;
    const char *lad, *other_lad;
    char postcode[10], other_postcode[10];
    char sex; /* M or F */
    bool identified, visible;
    int32_t dob, onset, end; /* day numbers; onset and end of the involvement (victims) */
    /* The victim's case: */
    uint32_t suspect_offset, n_suspects, n_unidentified, n_facilitators, n_adults;
    double own[LAC_SIMULATE_LISTS]; /* own capture probability */
    uint8_t presence[LAC_SIMULATE_LISTS], referred_by[LAC_SIMULATE_LISTS];
};
struct lac_simulate_nation {
    const struct lac_simulate_settings *settings;
    const struct lac_simulate_world *world;
    uint32_t seed;
    struct lac_arena *arena;
    struct lac_simulate_group *group;
    size_t groups;
    struct lac_simulate_person *person; /* victims first, then suspects and facilitators in group order */
    size_t victims, persons;
    double intercept[LAC_SIMULATE_LISTS];
};

/* A stream of this nation. */
struct lac_random lac_simulate_stream(const struct lac_simulate_nation *nation, uint32_t what, uint32_t b,
                                      uint32_t c);

/* Groups, victims, suspects. `nation` has settings, world, seed and arena set. O(persons). */
enum lac_status lac_simulate_nation_draw(struct lac_simulate_nation *nation,
                                         struct lac_error *err) LAC_CHECKED;

/* Lists: intercepts solved so that the mean own probability of victims in scope is `capture`; then presence.
 */
enum lac_status lac_simulate_capture_draw(struct lac_simulate_nation *nation,
                                          struct lac_error *err) LAC_CHECKED;

/* Whether the group's cases are charged as sexual exploitation, and whether the police have mapped it. What
 * lists write says so where they are complete. */
bool lac_simulate_is_charged(const struct lac_simulate_nation *nation, uint32_t group);
bool lac_simulate_is_mapped(const struct lac_simulate_nation *nation, uint32_t group);

bool lac_simulate_in_scope(enum lac_simulate_kind kind);
/* Index in `person` of the j-th suspect (then facilitator) of a victim's case, j < n_suspects +
 * n_facilitators. */
size_t lac_simulate_case_person(const struct lac_simulate_nation *nation,
                                const struct lac_simulate_person *victim, uint32_t j);

#endif
