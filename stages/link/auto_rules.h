/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_AUTO_RULES_H
#define LAC_LINK_AUTO_RULES_H
/*
 * Blocking and training rules chosen from block sizes alone.
 *
 * Blocking: single fields first, then pairs, then loose triples (sound of two names and year of birth; sound
 * of one name, year and postcode sector). A rule is taken when it proposes at most `pairs_per_record` pairs
 * per record and no rule taken before is contained in it. So small files get few wide rules, which miss
 * little, and large files more and narrower ones.
 *
 * Training: the same walk over names, dates and postcodes alone, singles and pairs only.
 */
#include "keys.h"

#define LAC_LINK_PAIRS_PER_RECORD 30.0
/* and at most this many pairs and 4 per record besides, so that the work per record falls as files grow */
#define LAC_LINK_PAIRS_PER_RULE 4e6

enum lac_status lac_link_auto_blocking(const struct lac_link_data *data, double pairs_per_record,
                                       struct lac_link_rule *rule, size_t *rules,
                                       struct lac_error *err) LAC_CHECKED;
enum lac_status lac_link_auto_training(const struct lac_link_data *data, double pairs_per_record,
                                       struct lac_link_rule *rule, size_t *rules,
                                       struct lac_error *err) LAC_CHECKED;

#endif
