# Expected results of pooling by R's meta. Usage: Rscript meta.R input.json meta.json
suppressMessages({library(meta); library(jsonlite)})
args <- commandArgs(TRUE)
data <- fromJSON(args[1])
out <- list(tool = paste("meta", packageVersion("meta")), mean = list())
for (name in setdiff(names(data), "normand_SMD")) for (method in c("DL", "REML", "PM", "ML", "HS", "SJ", "EB", "HE"))
  for (ci in c("classic", "HK", "KR")) for (pi in if (ci == "classic") c("HTS", "HK", "S", "V", "KR") else "HTS") {
    m <- suppressWarnings(metagen(data[[name]]$yi, sqrt(data[[name]]$vi), sm = "MD", method.tau = method, method.random.ci = ci,
      method.predict = pi, adhoc.hakn.ci = "", control = list(threshold = 1e-13, maxiter = 100000, tol = 1e-14)))
    out$mean[[name]][[paste(method, ci, pi, sep = "|")]] <- list(TE = m$TE.random, se = m$seTE.random, lo = m$lower.random,
      hi = m$upper.random, p = m$pval.random, df = m$df.random, tau2 = m$tau2, pi_lo = m$lower.predict, pi_hi = m$upper.predict,
      Q = m$Q, I2 = m$I2, H = m$H, I2_lo = m$lower.I2, I2_hi = m$upper.I2)
  }
writeLines(toJSON(out, auto_unbox = TRUE, digits = I(13), na = "null", null = "null"), args[2])
