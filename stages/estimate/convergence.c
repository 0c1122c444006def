/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "convergence.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/sum.h"

/* Split chains: `chains` rows of `n`, contiguous. */
struct halves {
    size_t chains, n;
    double *x;
};

struct place {
    double x;
    size_t at;
};

static int compare(const void *a, const void *b)
{
    const struct place *p = a, *q = b;

    if (p->x != q->x) return p->x < q->x ? -1 : 1;
    return (p->at > q->at) - (p->at < q->at);
}

/* z[i] = normal score of the rank of x[i], ties share their mean rank. */
static void normalise(const double *x, size_t total, struct place *place, double *z)
{
    for (size_t i = 0; i < total; i++) place[i] = (struct place){x[i], i};
    qsort(place, total, sizeof *place, compare);
    for (size_t i = 0, j; i < total; i = j) {
        for (j = i; j < total && place[j].x == place[i].x; j++) continue;
        double rank = 0.5 * (double)(i + j + 1);
        double score = gsl_cdf_ugaussian_Pinv((rank - 0.375) / ((double)total + 0.25));
        for (size_t k = i; k < j; k++) z[place[k].at] = score;
    }
}

struct spread {
    double within, pooled;
};

/* Centres every chain at zero in place and gives the variances within and of all. */
static struct spread centre(struct halves *h)
{
    double grand = lac_mean(h->x, h->chains * h->n), between = 0.0, within = 0.0, n = (double)h->n;

    for (size_t c = 0; c < h->chains; c++) {
        double *x = h->x + c * h->n, mean = lac_mean(x, h->n), sum = 0.0;

        for (size_t i = 0; i < h->n; i++) {
            x[i] -= mean;
            sum += x[i] * x[i];
        }
        within += sum / (n - 1.0) / (double)h->chains;
        between += (mean - grand) * (mean - grand) / (double)(h->chains - 1);
    }
    return (struct spread){within, (n - 1.0) / n * within + between};
}

static double autocovariance(const struct halves *h, size_t lag)
{
    double mean = 0.0;

    for (size_t c = 0; c < h->chains; c++) {
        const double *x = h->x + c * h->n;
        double sum = 0.0;

        for (size_t i = 0; i + lag < h->n; i++) sum += x[i] * x[i + lag];
        mean += sum / (double)h->n / (double)h->chains;
    }
    return mean;
}

/* Consumes h->x. */
static double effective(struct halves *h)
{
    struct spread spread = centre(h);
    double tau = -1.0, before = (double)INFINITY, total = (double)(h->chains * h->n);

    if (!(spread.within > 0.0)) return (double)NAN;
    for (size_t lag = 0; lag + 1 < h->n; lag += 2) {
        double even = lag ? 1.0 - (spread.within - autocovariance(h, lag)) / spread.pooled : 1.0;
        double odd = 1.0 - (spread.within - autocovariance(h, lag + 1)) / spread.pooled;
        double pair = fmin(even + odd, before);

        if (!(pair > 0.0)) break;
        tau += 2.0 * pair;
        before = pair;
    }
    return total / fmax(tau, 1.0 / log10(total));
}

static double r_hat(struct halves *h)
{
    struct spread spread = centre(h);

    return spread.within > 0.0 ? sqrt(spread.pooled / spread.within) : (double)NAN;
}

static double tail_size(const double *x, double cut, struct halves *work)
{
    for (size_t i = 0; i < work->chains * work->n; i++) work->x[i] = x[i] <= cut;
    return effective(work);
}

static double smaller(double a, double b)
{
    return isnan(a) || isnan(b) ? (double)NAN : fmin(a, b);
}

enum lac_status lac_convergence_make(const double *draw, size_t chains, size_t n, struct lac_convergence *out,
                                     struct lac_error *err)
{
    size_t half = n / 2, total = 2 * chains * half;
    double *x = calloc(total, sizeof *x), *sorted = calloc(total, sizeof *sorted),
           *z = calloc(total, sizeof *z);
    struct place *place = calloc(total, sizeof *place);
    struct halves work = {2 * chains, half, z};
    enum lac_status st = LAC_OK;

    if (!x || !sorted || !z || !place) {
        st = lac_fail_memory(err, "diagnostics");
        goto cleanup;
    }
    for (size_t c = 0; c < chains; c++) {
        memcpy(x + 2 * c * half, draw + c * n, half * sizeof *x);
        memcpy(x + (2 * c + 1) * half, draw + c * n + (n - half), half * sizeof *x);
    }
    memcpy(sorted, x, total * sizeof *x);
    lac_sort(sorted, total);
    normalise(x, total, place, z);
    out->r_hat = r_hat(&work);
    normalise(x, total, place, z);
    out->bulk = effective(&work);
    out->tail = smaller(tail_size(x, lac_quantile7(sorted, total, 0.05), &work),
                        tail_size(x, lac_quantile7(sorted, total, 0.95), &work));
    double median = lac_quantile7(sorted, total, 0.5);
    for (size_t i = 0; i < total; i++) x[i] = fabs(x[i] - median);
    normalise(x, total, place, z);
    out->r_hat = fmax(out->r_hat, r_hat(&work));
cleanup:
    free(x);
    free(sorted);
    free(z);
    free(place);
    return st;
}
