/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_SIMULATE_SETTINGS_H
#define LAC_SIMULATE_SETTINGS_H
/*
 * Settings of the synthetic nation (configs/demo-nation.yaml), read through the same schema machinery as a
 * run's. Rates are probabilities in [0, 1]; counts are persons unless said otherwise.
 */
#include "config/schema.h"

#define LAC_SIMULATE_LISTS 8 /* most lists a nation can have */

/* A list: who is on it by its own doing, how its agencies are cut, what its records lack. */
struct lac_simulate_list_settings {
    const char *code;            /* mapping key */
    const char *spread;          /* force, region or nation: one agency each */
    const char *agency;          /* force: unused (the force's name); region: prefix of the region's name */
    struct lac_strings agencies; /* nation: names; a person goes to one of them */
    double capture;              /* mean own capture probability of the true victims */
    double force_sd;             /* s.d. of the list's logit over forces */
    double again;                /* probability of each further event of a captured person, geometric */
    double duplicates;           /* probability that a captured person is entered twice */
    double noise;                /* multiplier of the noise rates */
    double names_missing;        /* both names empty */
    double initials;             /* forename cut to its initial */
    double dob_missing, postcode_missing, ethnicity_missing, suspects_missing, dates_missing, ref_missing,
        flags_missing;
    bool
        complete; /* every row says all there is to say of the case: criterion, flag, charge, group, victims
                     of the group, suspects by name; the group's reference begins with M where it is mapped */
};
/* Dependence between lists: of those on `from` and not on `to`, a share is added (a referral, marked as
 * such), or of those on both a share loses `to`. Applied in the order given, so that chains can be written.
 */
struct lac_simulate_dependence_settings {
    const char *from, *to;
    const char *effect; /* add or drop */
    double probability;
};
/* Persons by kind of case. The first two are in scope of the headline definition. */
struct lac_simulate_population_settings {
    int64_t victims;       /* true victims in scope, exact */
    double peer_share;     /* share of in-scope groups whose suspects are all 10-17 */
    double force_sd;       /* s.d. of the log rate per child over forces */
    double female_share;   /* victims */
    double group_exponent; /* group size k >= 2 with probability proportional to k^-exponent */
    int64_t group_maximum;
    double victims_exponent; /* victims of a group, the same from 1 */
    int64_t victims_maximum;
    double identified;    /* probability that a suspect is identified by name */
    double young_share;   /* suspects of 15 to 17 in groups of adults */
    int64_t peer_oldest;  /* oldest suspect of peer groups, at the earliest involvement */
    double facilitator;   /* probability that one of the persons of a group is a facilitator */
    double sibling;       /* probability that the next victim of a group is a sibling of the one before */
    double twin;          /* probability that a sibling is a twin */
    double duration_days; /* mean length of an involvement, geometric */
    int64_t familial, institutional, ritualistic, image_only, one_suspect, at_risk, cancelled, adult,
        non_recent;
};
struct lac_simulate_heterogeneity_settings {
    double share;     /* of persons in the visible class */
    double shift;     /* added to their logit on every list */
    double person_sd; /* s.d. of a normal term added to a person's logit on every list */
};
struct lac_simulate_police_settings {
    double other_force;  /* probability that a crime is recorded by another force, mostly of the region */
    double between;      /* probability that a person's crime is entered by a second force too */
    double transfer;     /* share of those in which the first force marks its row as transferred */
    double rekeyed;      /* probability that a later row has a new person_ref */
    double flag_missing; /* a group crime without its CSE flag */
    double lag_days;     /* mean reporting lag, all lists, truncated to the period */
};
struct lac_simulate_noise_settings {
    double typo;          /* per name */
    double nickname;      /* forename replaced by its short form */
    double alias;         /* short form or former name given in `aliases` */
    double swapped_names; /* forename and surname exchanged */
    double surname_change;
    double dob_swap;    /* day and month exchanged where both are at most 12 */
    double dob_slip;    /* day or year off by a little */
    double dob_partial; /* year, or year and month only */
    double moved;       /* an earlier or later home postcode */
    double sex;         /* wrong or unknown */
    double community;   /* multiplier of typo for names outside the general culture */
};
struct lac_simulate_return_settings {
    const char *list, *agency;
    int64_t quarter; /* 1 to 4 */
};
struct lac_simulate_returns_settings {
    struct lac_sections missing, late, partial, revised; /* of struct lac_simulate_return_settings */
    double revised_rows; /* share of rows that the first version lacks or has wrong */
};
/* Data-quality defects put into the returns: numbers of rows, or of returns where so said. */
struct lac_simulate_defect_settings {
    int64_t placeholder_names, placeholder_dobs, impossible_dobs, wrong_codes, no_local_ref,
        dates_out_of_order, free_text_ethnicity, conflicting_ages;
    int64_t byte_order_marks, extra_columns, wrong_declared_rows; /* returns */
};
struct lac_simulate_settings {
    const char *name;
    int64_t seed;
    int32_t period_start, period_end; /* four quarters: 1 January to 31 December of one year */
    struct lac_simulate_population_settings population;
    struct lac_simulate_heterogeneity_settings heterogeneity;
    struct lac_sections lists;      /* of struct lac_simulate_list_settings, at most LAC_SIMULATE_LISTS */
    struct lac_sections dependence; /* of struct lac_simulate_dependence_settings */
    struct lac_simulate_police_settings police;
    struct lac_simulate_noise_settings noise;
    struct lac_simulate_returns_settings returns;
    struct lac_simulate_defect_settings defects;
};

extern const struct lac_config_schema lac_simulate_schema;

/* What the schema cannot say: one calendar year, known list codes in `dependence`, at most LAC_SIMULATE_LISTS
 * lists, agencies where a list needs them. LAC_USAGE with the key. */
enum lac_status lac_simulate_settings_check(const struct lac_simulate_settings *settings,
                                            struct lac_error *err) LAC_CHECKED;

/* The lists as an array, and the index of a list code, or -1. */
const struct lac_simulate_list_settings *lac_simulate_lists(const struct lac_simulate_settings *settings);
int lac_simulate_list_index(const struct lac_simulate_settings *settings, const char *code);

#endif
