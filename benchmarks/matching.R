# Nearest neighbour without replacement by MatchIt, its balance, and the effect with a robust error: one job, timed.
# Rscript matching.R FILE -> a line of JSON: seconds, processor seconds, peak MB, effect, se, version
suppressMessages({library(MatchIt); library(sandwich)})
file <- commandArgs(TRUE)[1]
v <- matrix(readBin(file, "double", file.size(file) / 8, endian = "little"), ncol = 22, byrow = TRUE)
d <- as.data.frame(v); names(d) <- c("t", "y", paste0("x", 1:20)); rm(v); invisible(gc())
start <- proc.time()
f <- reformulate(paste0("x", 1:20), "t")
m <- matchit(f, d, method = "nearest", distance = "glm", replace = FALSE, ratio = 1, caliper = .2, estimand = "ATT")
s <- summary(m)
fit <- lm(y ~ t, match.data(m), weights = weights)
se <- sqrt(vcovHC(fit, "HC1")["t", "t"])
used <- proc.time() - start
status <- readLines("/proc/self/status")
peak <- as.numeric(gsub("[^0-9]", "", grep("VmHWM", status, value = TRUE))) / 1024
worst <- max(abs(s$sum.matched[-1, "Std. Mean Diff."]))
cat(sprintf('{"seconds": %.4f, "cpu": %.4f, "mb": %.1f, "effect": %.8f, "se": %.8f, "worst": %.8f, "version": "%s"}\n',
            used[["elapsed"]], used[["user.self"]] + used[["sys.self"]], peak, coef(fit)[["t"]], se, worst,
            as.character(packageVersion("MatchIt"))))
