/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_RUNS_H
#define LAC_ESTIMATE_RUNS_H
/* Run functions of the methods, one a method; see method.h for their type and the list in method.c. */
#include "method.h"

lac_estimate_run lac_estimate_run_lincoln_petersen;
lac_estimate_run lac_estimate_run_chapman;
lac_estimate_run lac_estimate_run_chao;
lac_estimate_run lac_estimate_run_chao_mt;
lac_estimate_run lac_estimate_run_sample_coverage;
lac_estimate_run lac_estimate_run_m0;
lac_estimate_run lac_estimate_run_mt;
lac_estimate_run lac_estimate_run_mh_chao;
lac_estimate_run lac_estimate_run_mh_poisson;
lac_estimate_run lac_estimate_run_mh_darroch;
lac_estimate_run lac_estimate_run_mh_gamma;
lac_estimate_run lac_estimate_run_mth_chao;
lac_estimate_run lac_estimate_run_mth_poisson;
lac_estimate_run lac_estimate_run_mth_darroch;
lac_estimate_run lac_estimate_run_mth_gamma;
lac_estimate_run lac_estimate_run_mb;
lac_estimate_run lac_estimate_run_mbh;
lac_estimate_run lac_estimate_run_loglinear;
lac_estimate_run lac_estimate_run_all;
lac_estimate_run lac_estimate_run_stepwise;
lac_estimate_run lac_estimate_run_average;
lac_estimate_run lac_estimate_run_national;
lac_estimate_run lac_estimate_run_decomposable;
lac_estimate_run lac_estimate_run_latent;

#endif
