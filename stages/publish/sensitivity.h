/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_SENSITIVITY_H
#define LAC_PUBLISH_SENSITIVITY_H
/*
 * What the headline hangs on: where the width of its interval comes from, what it would be under every other
 * choice and assumption, the checks it had to pass with its grade, and whether the judgements were changed
 * since the last release. Estimates are rounded as the headline is; of the runs without one police force area
 * only the lowest and the highest are shown, and counts of people go through the disclosure profile.
 */
#include "input.h"

/* Tables `uncertainty`, `sensitivity` and `assumptions`, each where the store has rows for the headline. */
void lac_publish_sensitivity(struct lac_publish_model *model, const struct lac_publish_input *input);

/* Tables `gates` and `stated`, and the grade of the headline in words. A previous run that is given and
 * cannot be read is an error; one without stated judgements says so. */
enum lac_status lac_publish_gates(struct lac_publish_model *model, const struct lac_publish_input *input,
                                  struct lac_error *err) LAC_CHECKED;

#endif
