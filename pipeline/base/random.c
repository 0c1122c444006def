/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <string.h>
#include <Random123/philox.h>

void lac_random_init(struct lac_random *random, uint32_t seed, uint32_t purpose, uint32_t a, uint32_t b,
                     uint32_t c)
{
    memset(random, 0, sizeof *random);
    random->key[0] = seed;
    random->key[1] = purpose;
    random->counter[1] = a;
    random->counter[2] = b;
    random->counter[3] = c;
    random->used = 4;
}

static void next_block(struct lac_random *random)
{
    philox4x32_ctr_t counter;
    philox4x32_key_t key;

    memcpy(counter.v, random->counter, sizeof random->counter);
    memcpy(key.v, random->key, sizeof random->key);
    counter = philox4x32(counter, key);
    memcpy(random->word, counter.v, sizeof random->word);
    random->counter[0]++;
    random->used = 0;
}

uint32_t lac_random_u32(struct lac_random *random)
{
    if (random->used == 4) next_block(random);
    return random->word[random->used++];
}

double lac_random_uniform(struct lac_random *random)
{
    uint64_t high = lac_random_u32(random), low = lac_random_u32(random);
    uint64_t bits = (high << 32 | low) >> 11;

    return ((double)bits + 0.5) * 0x1p-53;
}

uint32_t lac_random_below(struct lac_random *random, uint32_t bound)
{
    /* Lemire's multiply-shift with rejection of the biased low part */
    uint64_t product = (uint64_t)lac_random_u32(random) * bound;

    if ((uint32_t)product < bound) {
        uint32_t floor_ = (0u - bound) % bound;

        while ((uint32_t)product < floor_) product = (uint64_t)lac_random_u32(random) * bound;
    }
    return (uint32_t)(product >> 32);
}

double lac_random_normal(struct lac_random *random)
{
    return gsl_cdf_ugaussian_Pinv(lac_random_uniform(random));
}

static void gsl_set(void *state, unsigned long seed)
{
    (void)state;
    (void)seed;
}

static unsigned long gsl_get(void *state)
{
    return lac_random_u32(state);
}

static double gsl_get_double(void *state)
{
    return lac_random_uniform(state);
}

/* GSL's samplers read our stream through this generator type; it carries no state of its own. */
static const gsl_rng_type stream_type = {
    .name = "philox4x32-10",
    .max = UINT32_MAX,
    .min = 0,
    .size = sizeof(struct lac_random),
    .set = gsl_set,
    .get = gsl_get,
    .get_double = gsl_get_double,
};

double lac_random_gamma(struct lac_random *random, double shape, double rate)
{
    gsl_rng stream = {.type = &stream_type, .state = random};

    return gsl_ran_gamma(&stream, shape, 1.0 / rate);
}

double lac_random_beta(struct lac_random *random, double a, double b)
{
    gsl_rng stream = {.type = &stream_type, .state = random};

    return gsl_ran_beta(&stream, a, b);
}

/* gsl_ran_poisson() and gsl_ran_binomial() count in unsigned int. */
uint64_t lac_random_poisson(struct lac_random *random, double mean)
{
    gsl_rng stream = {.type = &stream_type, .state = random};
    uint64_t sum = 0;

    while (mean > 1e9) { /* a Poisson variable is a sum of independent parts */
        sum += gsl_ran_poisson(&stream, 1e9);
        mean -= 1e9;
    }
    return mean > 0.0 ? sum + gsl_ran_poisson(&stream, mean) : sum;
}

uint64_t lac_random_binomial(struct lac_random *random, double p, uint64_t n)
{
    gsl_rng stream = {.type = &stream_type, .state = random};
    uint64_t sum = 0;

    if (!(p > 0.0) || n == 0) return 0;
    if (p >= 1.0) return n;
    while (n > 1000000000u) {
        sum += gsl_ran_binomial(&stream, p, 1000000000u);
        n -= 1000000000u;
    }
    return sum + gsl_ran_binomial(&stream, p, (unsigned)n);
}

void lac_random_multinomial(struct lac_random *random, uint64_t n, size_t k, const double *p, int64_t *out)
{
    double rest = 0.0;

    for (size_t i = 0; i < k; i++) rest += p[i];
    for (size_t i = 0; i < k; i++) {
        uint64_t drawn = 0;

        if (n > 0 && p[i] > 0.0) drawn = lac_random_binomial(random, p[i] < rest ? p[i] / rest : 1.0, n);
        out[i] = (int64_t)drawn;
        n -= drawn;
        rest -= p[i];
    }
    /* rounding may leave persons after the last cell: give them to the last cell that can hold any */
    for (size_t i = k; n > 0 && i-- > 0;) {
        if (p[i] > 0.0) {
            out[i] += (int64_t)n;
            n = 0;
        }
    }
}

size_t lac_random_choice(struct lac_random *random, size_t k, const double *weight)
{
    double total = 0.0, at;
    size_t last = 0;

    for (size_t i = 0; i < k; i++) total += weight[i];
    at = lac_random_uniform(random) * total;
    for (size_t i = 0; i < k; i++) {
        if (!(weight[i] > 0.0)) continue;
        last = i;
        at -= weight[i];
        if (at < 0.0) return i;
    }
    return last;
}
