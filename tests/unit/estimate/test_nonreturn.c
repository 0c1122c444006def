/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list that did not come must not be read as a list that saw nobody: the quick form of validate_nonreturn.
 */
#include "../unit.h"
#include <math.h>
#include "../../validation/hide.c"
#include "../../validation/nations.c"

#define NATIONS 16

static void test_not_returned_is_nearer(void **state)
{
    struct hidden_estimates found[NATIONS];
    (void)state;
    for (int s = 0; s < NATIONS; s++) found[s] = hide_and_estimate(6000, s + 1);
    struct hidden_distances d = hidden_distances_of(found, NATIONS);
    assert_true(isfinite(d.missing) && isfinite(d.nobody));
    assert_true(d.missing < d.nobody);
    assert_true(d.missing < 0.08); /* a twelfth of the nation's returns are gone */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_not_returned_is_nearer)};
    return cmocka_run_group_tests_name("nonreturn", tests, NULL, NULL);
}
