/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_BASE_RANDOM_H
#define LAC_BASE_RANDOM_H
/*
 * Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011), from Random123.
 *
 * A stream is named by what is drawn, never by who draws it: key = (seed, purpose), counter = (block, a, b,
 * c). So the same draw has the same value at any thread, shard or machine count. Streams are small values:
 * make one per replicate on the stack. Uniforms take 53 bits and are centred, so 0 and 1 never occur.
 * Non-uniform variates come from GSL's samplers reading this stream.
 */
#include <stddef.h>
#include <stdint.h>

enum lac_purpose {
    LAC_PURPOSE_LINK = 1,
    LAC_PURPOSE_BOOTSTRAP = 2,
    LAC_PURPOSE_DELTA = 3,
    LAC_PURPOSE_IMPUTE = 4,
    LAC_PURPOSE_SCOPE = 5,
    LAC_PURPOSE_LAPLACE = 6,
    LAC_PURPOSE_LATENT = 7,
    LAC_PURPOSE_LINK_DOUBT = 8,
    LAC_PURPOSE_LINK_JOIN = 9,
    LAC_PURPOSE_SIMULATE = 100,
    LAC_PURPOSE_TEST = 999
};

struct lac_random {
    uint32_t key[2], counter[4];
    uint32_t word[4];
    unsigned used; /* words of the current block already taken; 4 = none left */
};

void lac_random_init(struct lac_random *random, uint32_t seed, uint32_t purpose, uint32_t a, uint32_t b,
                     uint32_t c);
uint32_t lac_random_u32(struct lac_random *random);
double lac_random_uniform(struct lac_random *random);                 /* (0, 1) */
uint32_t lac_random_below(struct lac_random *random, uint32_t bound); /* 0 .. bound-1, unbiased; bound > 0 */
double lac_random_normal(struct lac_random *random);                  /* by inversion: one uniform */
double lac_random_gamma(struct lac_random *random, double shape, double rate);
double lac_random_beta(struct lac_random *random, double a, double b);
uint64_t lac_random_poisson(struct lac_random *random, double mean);
uint64_t lac_random_binomial(struct lac_random *random, double p, uint64_t n);
/* n draws over k cells with weights p (not negative, positive sum); counts written to out[k]. O(k). */
void lac_random_multinomial(struct lac_random *random, uint64_t n, size_t k, const double *p, int64_t *out);
/* Index drawn with probability proportional to weight[k]. O(k). */
size_t lac_random_choice(struct lac_random *random, size_t k, const double *weight);

#endif
