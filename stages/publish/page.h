/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_PAGE_H
#define LAC_PUBLISH_PAGE_H
/* The report: one self-contained HTML page, no script, no network. Charts must have been drawn. */
#include "base/memory.h"
#include "model.h"

void lac_publish_page(struct lac_publish_model *model, struct lac_buffer *to);

#endif
