/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "simple.h"

#include <math.h>

void lac_simple_init(struct lac_simple *result)
{
    *result = (struct lac_simple){.status = LAC_FIT_FAILED,
                                  .estimate = (double)NAN,
                                  .se = (double)NAN,
                                  .lower = (double)NAN,
                                  .upper = (double)NAN,
                                  .aic = (double)NAN,
                                  .bic = (double)NAN,
                                  .deviance = (double)NAN,
                                  .parameters = -1};
}
