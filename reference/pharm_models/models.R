# Courses of oral MDMA and of the serotonin terminal by deSolve's lsoda, written from the equations in docs/pharmacology.md and from the
# published terminal, not from the C++ code. Usage: Rscript models.R
suppressMessages(library(deSolve))
library(jsonlite)

solve_course <- function(start, times, rates, p, breaks = numeric()) {
  # lsoda is started anew at each break, so that no jump of the input is stepped over
  rows <- NULL
  y <- start
  edges <- sort(unique(c(times[1], breaks[breaks > times[1] & breaks < max(times)], max(times))))
  for (k in seq_len(length(edges) - 1)) {
    inside <- times[times >= edges[k] & times <= edges[k + 1]]
    at <- sort(unique(c(edges[k], inside, edges[k + 1])))
    out <- ode(y, at, function(t, y, p) list(rates((edges[k] + edges[k + 1]) / 2, y, p)), p, method = "lsoda",
               rtol = 1e-11, atol = 1e-13, maxsteps = 1e6)
    rows <- rbind(rows, out[out[, 1] %in% inside, , drop = FALSE])
    y <- out[nrow(out), -1]
  }
  rows[!duplicated(rows[, 1]), -1, drop = FALSE]
}

# ---- MDMA, 80 mg and 40 mg 2 h later
p <- list(ka = 1.17, lag = 0.322, duration = 0.304, v = 399, q = 20, v2 = 200, cl_other = 26.8, cl_2d6 = 71.8, activity = 1,
          active_2d6 = 0.8, kdeg = log(2) / 46.6, kinact = 18.6, ki_inactivation = 5.78, inactivation_scale = 0.417, fu = 0.35,
          f_mda = 0.14, cl_mda = 27, v_mda = 345, f_hmma = 0.8, k_hmma = 0.06, v_hmma = 101, molar_mass = 193.242,
          molar_mass_mda = 179.219, molar_mass_hmma = 195.258, ktol = 0.5, t50_effect = 100, ec50_effect = 100, hill_effect = 4,
          sert_part_effect = 0.5, t50_body = 300, ec50_body = 130, hill_body = 2, sert_part_body = 0.15, ec50_hormones = 145,
          hill_hormones = 8, heart_rate_rest = 65, heart_rate_max = 50, systolic_rest = 125, systolic_max = 55,
          diastolic_rest = 75, diastolic_max = 15, temperature_rest = 36.8, temperature_max = 1.4, k_temperature = 1,
          oxytocin_rest = 18.6, oxytocin_max = 101, cortisol_max = 3, k_cortisol = 1, prolactin_max = 2, i_sert = 0.5, i_net = 0.25,
          ki_sert = 2.41, brain_ratio = 1, weight_on_v = 0, weight_on_cl = 0, fed_on_ka = 0, female_on_heart_rate = 0)
hill <- function(x, ec50, h) 1 / (1 + (ec50 / x)^h)
felt <- function(c, w, m, t50, p) c * (w / (1 + p$i_sert) + (1 - w) / (1 + p$i_net)) / (1 + m / t50)
body <- function(y, p) hill(max(1e-9, felt(1000 * y[2] / p$v, p$sert_part_body, y[8], p$t50_body, p)), p$ec50_body, p$hill_body)
mdma_rates <- function(t, y, p) {
  entry <- function(dose, at) if (t > at + p$lag && t < at + p$lag + p$duration) dose / p$duration else 0
  c_mg_l <- y[2] / p$v
  cu <- p$fu * 1000 * c_mg_l / p$molar_mass
  other <- p$cl_other * c_mg_l
  by6 <- p$cl_2d6 * p$activity * p$active_2d6 * y[4] * c_mg_l
  away <- p$q * (c_mg_l - y[3] / p$v2)
  mda_out <- p$cl_mda / p$v_mda * y[5]
  hmma_out <- p$k_hmma * y[6]
  c(entry(80, 0) + entry(40, 2) - p$ka * y[1], p$ka * y[1] - other - by6 - away, away,
    p$kdeg * (1 - y[4]) - p$inactivation_scale * p$kinact * cu / (p$ki_inactivation + cu) * y[4],
    p$f_mda * other - mda_out, p$f_hmma * by6 - hmma_out,
    (1 - p$f_mda) * other + (1 - p$f_hmma) * by6 + mda_out + hmma_out,
    p$ktol * (1000 * c_mg_l - y[8]),
    p$k_temperature * (p$temperature_rest + p$temperature_max * body(y, p) - y[9]),
    p$k_cortisol * (1 + p$cortisol_max * body(y, p) - y[10]))
}
mdma_times <- c(0, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 4, 6, 8, 12, 24, 48)
edges <- c(p$lag, p$lag + p$duration, 2 + p$lag, 2 + p$lag + p$duration)
mdma <- solve_course(c(0, 0, 0, 1, 0, 0, 0, 0, p$temperature_rest, 1), mdma_times, mdma_rates, p, edges)
outputs <- t(apply(mdma, 1, function(y) {
  c_ng <- 1000 * y[2] / p$v
  hormones <- hill(max(1e-9, felt(c_ng, p$sert_part_effect, y[8], p$t50_body, p)), p$ec50_hormones, p$hill_hormones)
  x <- p$brain_ratio * p$fu * c_ng / p$molar_mass / p$ki_sert
  b <- body(y, p)
  c(c_ng, 1000 * y[5] / p$v_mda * p$molar_mass_mda / p$molar_mass, 1000 * y[6] / p$v_hmma * p$molar_mass_hmma / p$molar_mass,
    p$activity * p$active_2d6 * y[4],
    100 * hill(max(1e-9, felt(c_ng, p$sert_part_effect, y[8], p$t50_effect, p)), p$ec50_effect, p$hill_effect),
    p$heart_rate_rest + p$heart_rate_max * b, p$systolic_rest + p$systolic_max * b, p$diastolic_rest + p$diastolic_max * b, y[9],
    p$oxytocin_rest + p$oxytocin_max * hormones, y[10], 1 + p$prolactin_max * hormones, x / (1 + x + p$i_sert))
}))

# ---- serotonin terminal, 5 uM of MDMA in the bath at the start, and an inhibitor at half its Kd
s <- list(trp_inflow = 157.6, k_tb = 5, tb_rest = 96, in_max = 700, in_k = 330, pool_in = 9, pool_out = 0.6, pool_use = 1, k_t = 2,
          tph_max = 278, tph_k = 40, tph_ki = 1000, tph_kb = 20, aadc_max = 400, aadc_k = 160, drr_max = 5000, nadph = 330,
          drr_kb2 = 100, drr_knadph = 75, drr_back = 3, nadp = 26, drr_kb4 = 10, drr_knadp = 75, mao_max = 4000, mao_k = 95,
          vmat_max = 1230, vmat_k = 0.2, sert_max = 250, sert_k = 0.06, u2_max = 1400, u2_k = 0.17, u2_part = 0.01, k_e = 40,
          k_exchange = 1, k_release = 1.89, f0 = 1, f_max = 1.5, hf = 1.11, brake = 1.5, syn_brake = 0.1, g_rest = 0.8561,
          q_rate = 15, q_max = 100, v_rest = 63.05, b_on = 36, b_off = 20, b_total = 10, g_on = 20, g_off = 200, g_total = 10,
          r_on = 30, r_off = 200, r_total = 10, s_rate = 10, s_gain = 7.5, s_limit = 2, s_total = 1.9, si_rate = 7.5,
          si_slope = 2.5, si_limit = 2, si_return = 0.75, kd_inhibitor = 0.001, ec50_release_sert = 0.0566, ki_uptake_sert = 2.41,
          jmax_sert = 1500, kc_sert = 0.1, accumulation = 3, ki_vmat = 20, ki_mao = 22, vesicle_leak_sert = 0.3, restock = 0.05,
          tph_gain = 6, tph_loss = 0.05, tph_loss_k = 2, tph_return = 0.05, reserve_low = 1, tb_start = 96, bh2_start = 0.0994, bh4_start = 0.9006,
          t_start = 20.16, pool_start = 113.4, h_start = 1.609, c_start = 0.0373, v_start = 63.04, r_start = 280,
          e_start = 0.0603, g_start = 0.0027, b_start = 0.979, gs_start = 0.866, rs_start = 1.011, s_start = 1.02, k_bath = 0.69,
          i_sert = 0.5)
terminal_rates <- function(t, y, k) with(c(as.list(setNames(y, c("tb", "bh2", "bh4", "trp", "pool", "htp", "cy", "ve", "re", "ex", "gl",
                                                                "au", "gp", "rg", "su", "ina", "tp", "bath"))), k), {
  d <- gp - g_rest
  inside <- accumulation * bath / (1 + i_sert)
  v_in <- in_max * tb / (in_k + tb)
  v_pool <- pool_in * trp - pool_out * pool
  v_tph <- (1 - syn_brake * d) * tp * max(0, 1 + tph_gain * (1 - re / r_start)) * tph_max * trp / (tph_k + trp + trp^2 / tph_ki) *
    bh4 / (tph_kb + bh4)
  v_drr <- drr_max * bh2 * nadph / ((drr_kb2 + bh2) * (drr_knadph + nadph)) - drr_back * bh4 * nadp / ((drr_kb4 + bh4) * (drr_knadp + nadp))
  v_aadc <- aadc_max * htp / (aadc_k + htp)
  packing <- function(to) max(0, vmat_max * cy / (vmat_k + cy) - to) / (1 + inside / ki_vmat)
  leak <- vesicle_leak_sert * inside * ve
  refill <- min(max(q_rate * (v_rest - ve), 0), q_max) * min(max(re / (r_start * reserve_low), 0), 1)
  back <- restock * (r_start - re) * ve / v_start
  v_sert <- sert_max * su * ex / (sert_k * (1 + bath / ki_uptake_sert + i_sert) + ex)
  v_u2 <- u2_part * u2_max * ex / (u2_k + ex)
  x <- bath / ec50_release_sert
  efflux <- jmax_sert * su * x / (1 + x + i_sert) * cy / (kc_sert + cy)
  release <- k_release * min(f_max, max(0, f0 * hf * (1 - brake * d))) * ve
  clip <- function(z) min(max(z, 0), s_limit)
  lost <- si_rate * min(si_limit, si_slope * kd_inhibitor * i_sert) * su
  c(trp_inflow - v_in - k_tb * (tb - tb_rest), v_tph - v_drr, v_drr - v_tph, v_in - v_tph - v_pool - k_t * trp,
    v_pool - pool_use * pool, v_tph - v_aadc,
    v_aadc - packing(ve) - packing(re) + v_sert - mao_max * cy / (mao_k + cy) / (1 + inside / ki_mao) - k_exchange * (cy - ex) - efflux + leak,
    packing(ve) - release + refill - back - leak, packing(re) - refill + back,
    release - v_sert - v_u2 - k_e * ex + k_exchange * (cy - ex) + k_exchange * (gl - ex) + efflux,
    v_u2 - mao_max * gl / (mao_k + gl) - k_exchange * (gl - ex),
    b_on * ex * (b_total - au) - b_off * au, g_on * au^2 * (g_total - gp) - g_off * rg * gp, r_on * gp^2 * (r_total - rg) - r_off * rg,
    s_rate * clip(1 + s_gain * d) * (s_total - su - ina) - s_rate * clip(1 - s_gain * d) * su - lost + si_return * ina,
    lost - si_return * ina, tph_return * (1 - tp) - tph_loss * inside / (tph_loss_k + inside) * tp, -k_bath * bath)
})
terminal_start <- unlist(s[grep("_start$", names(s))])
terminal_times <- c(0, 0.05, 0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 24)
terminal <- solve_course(c(unname(terminal_start), 0, 1, 5), terminal_times, terminal_rates, s)

write(toJSON(list(mdma = list(parameters = p, times = mdma_times, states = unname(mdma), outputs = unname(outputs)),
                  terminal = list(parameters = s, times = terminal_times, states = unname(terminal))),
             auto_unbox = TRUE, digits = NA, pretty = FALSE), "expected.json")
