/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_TESTS_UNIT_H
#define LAC_TESTS_UNIT_H
/* cmocka with the headers it wants before it, and what most tests need. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/status.h"

/* Fails with the error's own words. */
#define assert_ok(call)                                                                                      \
    do {                                                                                                     \
        enum lac_status status_ = (call);                                                                    \
        if (status_ != LAC_OK) {                                                                             \
            lac_error_print(&err, "test", 0, stderr);                                                        \
            fail_msg("%s gave status %s", #call, lac_status_word(status_));                                  \
        }                                                                                                    \
    } while (0)

#define assert_close(value, expected, tolerance)                                                             \
    do {                                                                                                     \
        double value_ = (value), expected_ = (expected);                                                     \
        double scale_ = expected_ < 0 ? -expected_ : expected_;                                              \
        double gap_ = value_ - expected_ < 0 ? expected_ - value_ : value_ - expected_;                      \
        if (!(gap_ <= (tolerance) * (scale_ > 1e-300 ? scale_ : 1.0)))                                       \
            fail_msg("%s is %.12g, expected %.12g within %g relative", #value, value_, expected_,            \
                     (double)(tolerance));                                                                   \
    } while (0)

#endif
