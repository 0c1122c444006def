/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output.h"

const char lac_simulate_truth_readme[] =
    "# The truth behind these returns\n"
    "\n"
    "Nobody in these files exists. No stage of the pipeline opens this folder; `lacuna-truth` compares a finished run\n"
    "with it.\n"
    "\n"
    "- `settings.yaml`: the effective settings and the seed.\n"
    "- `persons.csv`: every victim, suspect and facilitator. `kind` says what the case is: `group` and `peer` are in scope\n"
    "  of the headline definition; the others are familial, institutional, ritualistic, image-only, one-suspect,\n"
    "  at-risk (a child only at risk), cancelled (no crime after all), adult (18 or over), non-recent (before the\n"
    "  period, recorded in it). `onset` and `end` bound the involvement. `n_suspects` leaves facilitators out. One\n"
    "  column a list says whether the person is on it by its own doing or by referral only, the next one the\n"
    "  probability of its own doing.\n"
    "- `records.csv`: who every row of every return is. `live` N: a version that another supersedes.\n"
    "- `totals.csv`: true persons and persons seen by definition, population, window and place. Windows overlap: a\n"
    "  person can be in several quarters, so quarters do not add up. Seen needs a usable row with evidence, in a live\n"
    "  return, whose dates touch the window.\n"
    "- `lists.csv`: capture of the victims in scope per list.\n";
