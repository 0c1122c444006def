# SPDX-License-Identifier: GPL-3.0-or-later
# Times one R package at one job, for script/bench estimate --peers.
#
#   Rscript script/peers.R TASK TABLE.csv [--r-library DIR] [--draws FILE]
#
# Prints one line: package, version, CPU seconds of the job alone (start of R and reading excluded), and the
# answer, separated by tabs. Prints nothing and ends with 3 when the package is not installed. Nothing is
# installed by this script.
#
#   stepwise      SparseMSE: stepwise selection, BCa, 1000 replicates
#   stepwise-new  MultipleSystemsEstimation: the same
#   all           Rcapture: all hierarchical models (no check of existence)
#   all-checked   MultipleSystemsEstimation: all hierarchical models, existence checked
#   decomposable  dga: all decomposable graphs, N = n .. 21 n
#   latent-class  LCMCR: 4 chains, 10 classes; the kept draws of N go to FILE, a chain a line

arguments <- commandArgs(trailingOnly = TRUE)
option <- function(name) {
    at <- match(name, arguments)
    if (is.na(at)) NULL else arguments[at + 1]
}
library_dir <- option("--r-library")
if (!is.null(library_dir)) .libPaths(c(library_dir, .libPaths()))

package <- c(stepwise = "SparseMSE", `stepwise-new` = "MultipleSystemsEstimation", all = "Rcapture",
             `all-checked` = "MultipleSystemsEstimation", decomposable = "dga", `latent-class` = "LCMCR")
task <- arguments[1]
if (!task %in% names(package)) stop("tasks: ", paste(names(package), collapse = " "))
if (!requireNamespace(package[[task]], quietly = TRUE)) quit(status = 3)
suppressPackageStartupMessages(library(package[[task]], character.only = TRUE)) # some find their data only so

table <- as.matrix(read.csv(arguments[2], check.names = FALSE))
lists <- match("count", colnames(table)) - 1
table <- table[, seq_len(lists + 1)]
mode(table) <- "numeric"
persons <- sum(table[, "count"])

stepwise <- function() {
    fit <- SparseMSE::estimatepopulation(table, nboot = 1000, pthresh = 0.02, iseed = 1234)
    fit$popest[1]
}
stepwise_new <- function() {
    fit <- MultipleSystemsEstimation::estimate_population_stepwise(table, pthresh = 0.02, nboot = 1000)
    unlist(fit)[[1]]
}
all_models <- function() {
    fit <- suppressWarnings(Rcapture::closedpMS.t(table, dfreq = TRUE))
    fit$results[which.min(fit$results[, "BIC"]), "abundance"]
}
all_checked <- function() {
    fit <- MultipleSystemsEstimation::estimate_population_bic(table, nboot = 0, maxorder = lists - 1)
    unlist(fit)[[1]]
}
# Cells as dga wants them: an array with a side per list, not seen first.
decomposable <- function() {
    graphs <- local({
        data(list = paste0("graphs", lists), package = "dga", envir = environment())
        get(paste0("graphs", lists))
    })
    cells <- array(0, rep(2, lists))
    cells[table[, seq_len(lists)] + 1] <- table[, "count"]
    unseen <- 0:(20 * persons)
    weight <- dga::bma.cr(cells, Nmissing = unseen, delta = 2^-lists, graphs = graphs)
    sum(colSums(weight) * (persons + unseen))
}
# 4 chains one after another, each of 550,000 sweeps, every 50th kept, 50,000 sweeps left out.
latent_class <- function() {
    data <- as.data.frame(table[, seq_len(lists)])
    data[] <- lapply(data, factor, levels = c(0, 1))
    data$Freq <- table[, "count"]
    chains <- lapply(1:4, function(seed) {
        sampler <- LCMCR::lcmCR(data, tabular = TRUE, K = 10, a_alpha = 0.25, b_alpha = 0.25, seed = 1000 + seed,
                                thinning = 50, buffer_size = 10000, verbose = FALSE)
        LCMCR::lcmCR_PostSampl(sampler, burnin = 50000, samples = 10000, thinning = 50, output = FALSE)
    })
    file <- option("--draws")
    if (!is.null(file)) writeLines(vapply(chains, paste, "", collapse = " "), file)
    median(unlist(chains))
}

run <- switch(task, stepwise = stepwise, `stepwise-new` = stepwise_new, all = all_models,
              `all-checked` = all_checked, decomposable = decomposable, `latent-class` = latent_class)
started <- proc.time()
sink("/dev/null")
answer <- run()
sink()
used <- proc.time() - started
cat(package[[task]], as.character(packageVersion(package[[task]])), sprintf("%.4f", sum(used[1:2])),
    format(answer, digits = 10), sep = "\t")
cat("\n")
