# James' and Bang's blinding indices by their definitions, standard errors by numerical derivatives
# of the index over the multinomial. Run in this folder: Rscript blinding.R
library(jsonlite)
james <- function(p) {            # p: arms x (arms + 1), last column "do not know"
  m <- nrow(p); known <- p[, 1:m]; q <- sum(p[, m + 1]); w <- 0.5 * (1 - diag(m))
  po <- sum(w * known) / (1 - q); pe <- sum(w * outer(rowSums(known), colSums(known))) / (1 - q)^2
  (1 + q + (1 - q) * (po - pe) / pe) / 2
}
one <- function(counts) {
  n <- sum(counts); p <- counts / n
  # a change of cell k at the cost of all others keeps the sum 1; complex step would need complex sums
  g <- sapply(seq_along(p), function(k) { h <- 1e-5; up <- p; dn <- p; up[k] <- up[k] + h; dn[k] <- dn[k] - h
    # fourth-order difference of the index of the renormalised table
    f <- function(x) james(x / sum(x)); u2 <- p; d2 <- p; u2[k] <- u2[k] + 2 * h; d2[k] <- d2[k] - 2 * h
    (8 * (f(up) - f(dn)) - (f(u2) - f(d2))) / (12 * h) })
  se <- sqrt((sum(p * g^2) - sum(p * g)^2) / n)
  m <- nrow(counts)
  # right less the mean of the m - 1 wrong guesses; its variance term by term from the multinomial of the arm's answers
  bang <- lapply(1:m, function(i) {
    ni <- sum(counts[i, ]); q <- counts[i, ] / ni; l <- c(rep(-1 / (m - 1), m), 0); l[i] <- 1
    list(value = sum(l * q), se = sqrt(drop(l %*% (diag(q) - q %o% q) %*% l) / ni)) })
  list(counts = counts, james = list(value = james(p), se = se), bang = bang)
}
tables <- list(rbind(c(48, 4, 330), c(22, 30, 319)), rbind(c(82, 27, 170), c(25, 29, 83)), rbind(c(41, 3, 2), c(9, 31, 4)),
               rbind(c(12, 5, 3, 10), c(4, 11, 6, 9), c(2, 3, 15, 10)))
write_json(list(R = R.version.string, tables = lapply(tables, one),
  # printed with BlindingIndex.jl's example of table 1 (its README, after the R package BI)
  published = list(list(counts = tables[[1]], james = c(0.896, 0.011, 0.875, 0.918), bang = rbind(c(0.115, 0.018, 0.08, 0.15), c(0.022, 0.019, -0.016, 0.06))))),
  "expected.json", digits = NA, auto_unbox = TRUE)
