#pragma once

#include <array>
#include <cmath>
#include <string_view>

#include "entact/num/select.h"

namespace entact {

/// Serotonin in a terminal, its synapse and the glia around it, with the autoreceptor's brake, and
/// what MDMA does there. Concentrations in uM, time in h, so rates in uM/h.
///
///     dtb   = trp_inflow - V_in - k_tb (tb - tb_rest)              tryptophan in blood,
///     dt    = V_in - y V_TPH - V_pool - k_t t                      in the terminal,
///     dpool = V_pool - pool_use pool                               in its pool
///     dbh2  = y V_TPH - V_DRR = -dbh4
///     dh    = y V_TPH - V_AADC                                     5-HTP
///     dc    = V_AADC - V_MAT(v) - V_MAT(r) + V_SERT - V_MAO(c) - k_x (c - e) - J + leak
///     dv    = V_MAT(v) - release + q - restocked - leak
///     dr    = V_MAT(r) - q + restocked
///     de    = release - V_SERT - V_U2 - k_e e + k_x (c - e) + k_x (g - e) + J
///     dg    = V_U2 - V_MAO(g) - k_x (g - e)
///
/// release = k f v with f = f0 hf (1 - brake (G - G0)) between 0 and f_max, y = 1 - syn_brake (G -
/// G0), q = q_rate (v_rest - v) between 0 and q_max.
/// The autoreceptor B, its G protein and regulator R follow e; carriers move between surface s,
/// store and an inactive state i that an inhibitor fills.
///
/// MDMA (none of it in the papers; a hypothesis): D = x / (1 + x + i) of the carriers, x = cb /
/// ec50_release, carry serotonin out, J = jmax D c / (kc + c); uptake is competed with; inside, M =
/// accumulation cb / (1 + i) slows V_MAT and MAO, lets vesicles leak and inactivates TPH. The
/// reserve, which the published model never refills, is restocked from the vesicles, and TPH works
/// more while it is low. Under the published model's own rates neither release nor reserve need
/// stay above zero; here firing does not fall below 0, and q falls with a reserve below
/// `reserve_low` of its start. At rest nothing of this acts.
///
/// @source Best, Nijhout and Reed 2010, Theor Biol Med Model 7:34 [best2010]; Best et al. 2020,
///         BMC Neurosci 21:40 [best2020]
struct SerotoninTerminal {
  // clang-format off
  enum State {
    tb, bh2, bh4, t, pool, h, c, v, r, e, g, b, gs, rs, s, si, tph, n_states
  };
  // clang-format on
  // clang-format off
  enum Parameter {
    trp_inflow, k_tb, tb_rest, in_max, in_k, pool_in, pool_out, pool_use, k_t, tph_max,
    tph_k, tph_ki, tph_kb, aadc_max, aadc_k, drr_max, nadph, drr_kb2, drr_knadph, drr_back,
    nadp, drr_kb4, drr_knadp, mao_max, mao_k, vmat_max, vmat_k, sert_max, sert_k, u2_max,
    u2_k, u2_part, k_e, k_exchange, k_release, f0, f_max, hf, brake, syn_brake, g_rest,
    q_rate, q_max, v_rest, b_on, b_off, b_total, g_on, g_off, g_total, r_on, r_off, r_total,
    s_rate, s_gain, s_limit, s_total, si_rate, si_slope, si_limit, si_return, kd_inhibitor,
    ec50_release_sert, ki_uptake_sert, jmax_sert, kc_sert, accumulation, ki_vmat, ki_mao,
    vesicle_leak_sert, restock, tph_gain, tph_loss, tph_loss_k, tph_return, reserve_low,
    tb_start,
    bh2_start, bh4_start, t_start, pool_start, h_start, c_start, v_start, r_start, e_start,
    g_start, b_start, gs_start, rs_start, s_start, n_parameters
  };
  // clang-format on
  enum Output { serotonin, serotonin_tissue, serotonin_release_share, n_outputs };
  static constexpr std::array<std::string_view, n_states> state_names{"blood_tryptophan",
                                                                      "bh2",
                                                                      "bh4",
                                                                      "tryptophan",
                                                                      "tryptophan_pool",
                                                                      "htp",
                                                                      "cytosol_5ht",
                                                                      "vesicle_5ht",
                                                                      "reserve_5ht",
                                                                      "extracellular_5ht",
                                                                      "glia_5ht",
                                                                      "autoreceptor",
                                                                      "g_protein",
                                                                      "regulator",
                                                                      "sert_surface",
                                                                      "sert_inactive",
                                                                      "tph_activity"};
  static constexpr std::array<std::string_view, n_parameters> parameter_names{"trp_inflow",
                                                                              "k_tb",
                                                                              "tb_rest",
                                                                              "in_max",
                                                                              "in_k",
                                                                              "pool_in",
                                                                              "pool_out",
                                                                              "pool_use",
                                                                              "k_t",
                                                                              "tph_max",
                                                                              "tph_k",
                                                                              "tph_ki",
                                                                              "tph_kb",
                                                                              "aadc_max",
                                                                              "aadc_k",
                                                                              "drr_max",
                                                                              "nadph",
                                                                              "drr_kb2",
                                                                              "drr_knadph",
                                                                              "drr_back",
                                                                              "nadp",
                                                                              "drr_kb4",
                                                                              "drr_knadp",
                                                                              "mao_max",
                                                                              "mao_k",
                                                                              "vmat_max",
                                                                              "vmat_k",
                                                                              "sert_max",
                                                                              "sert_k",
                                                                              "u2_max",
                                                                              "u2_k",
                                                                              "u2_part",
                                                                              "k_e",
                                                                              "k_exchange",
                                                                              "k_release",
                                                                              "f0",
                                                                              "f_max",
                                                                              "hf",
                                                                              "brake",
                                                                              "syn_brake",
                                                                              "g_rest",
                                                                              "q_rate",
                                                                              "q_max",
                                                                              "v_rest",
                                                                              "b_on",
                                                                              "b_off",
                                                                              "b_total",
                                                                              "g_on",
                                                                              "g_off",
                                                                              "g_total",
                                                                              "r_on",
                                                                              "r_off",
                                                                              "r_total",
                                                                              "s_rate",
                                                                              "s_gain",
                                                                              "s_limit",
                                                                              "s_total",
                                                                              "si_rate",
                                                                              "si_slope",
                                                                              "si_limit",
                                                                              "si_return",
                                                                              "kd_inhibitor",
                                                                              "ec50_release_sert",
                                                                              "ki_uptake_sert",
                                                                              "jmax_sert",
                                                                              "kc_sert",
                                                                              "accumulation",
                                                                              "ki_vmat",
                                                                              "ki_mao",
                                                                              "vesicle_leak_sert",
                                                                              "restock",
                                                                              "tph_gain",
                                                                              "tph_loss",
                                                                              "tph_loss_k",
                                                                              "tph_return",
                                                                              "reserve_low",
                                                                              "tb_start",
                                                                              "bh2_start",
                                                                              "bh4_start",
                                                                              "t_start",
                                                                              "pool_start",
                                                                              "h_start",
                                                                              "c_start",
                                                                              "v_start",
                                                                              "r_start",
                                                                              "e_start",
                                                                              "g_start",
                                                                              "b_start",
                                                                              "gs_start",
                                                                              "rs_start",
                                                                              "s_start"};
  static constexpr std::array<std::string_view, n_outputs> output_names{
      "serotonin", "serotonin_tissue", "serotonin_release_share"};

  template <class Real>
  static Real saturating(const Real& max, const Real& x, const Real& k) {
    return max * x / (k + x);
  }
  template <class Real>
  static Real at_least(const Real& low, const Real& x) {
    return select(x < low, low, x);
  }
  template <class Real>
  static Real between(const Real& low, const Real& x, const Real& high) {
    return select(x < low, low, select(x > high, high, x));
  }
  /// Share of the carriers that MDMA holds, against an inhibitor at i = I / Kd.
  template <class Real>
  static Real occupied(const Real& cb, const Real& ec50, const Real& i) {
    const Real x = cb / ec50;
    return x / (1.0 + x + i);
  }

  template <class Real>
  static void initial(const Real* p, Real* x) {
    for (int i = 0; i <= s; ++i) x[i] = p[tb_start + i];
    x[si] = Real(0);
    x[tph] = Real(1);
  }

  /// @param cb  unbound MDMA around the terminal, uM
  /// @param i   inhibitor at the carrier, in units of its Kd
  template <class Real>
  static void rates(const Real& cb, const Real& i, const Real* x, const Real* p, Real* dx) {
    const Real zero(0), above = x[gs] - p[g_rest];
    const Real inside = p[accumulation] * cb / (1.0 + i);

    const Real v_in = saturating(p[in_max], x[tb], p[in_k]);
    const Real v_pool = p[pool_in] * x[t] - p[pool_out] * x[pool];
    const Real in_reserve = x[r] / p[r_start];
    const Real demand = at_least(zero, 1.0 + p[tph_gain] * (1.0 - in_reserve));
    const Real v_tph = (1.0 - p[syn_brake] * above) * x[tph] * demand * p[tph_max] * x[t] /
                       (p[tph_k] + x[t] + x[t] * x[t] / p[tph_ki]) * x[bh4] / (p[tph_kb] + x[bh4]);
    const Real v_drr =
        saturating(p[drr_max], x[bh2], p[drr_kb2]) * p[nadph] / (p[drr_knadph] + p[nadph]) -
        saturating(p[drr_back], x[bh4], p[drr_kb4]) * p[nadp] / (p[drr_knadp] + p[nadp]);
    const Real v_aadc = saturating(p[aadc_max], x[h], p[aadc_k]);

    const Real mao_slowed = 1.0 + inside / p[ki_mao], vmat_slowed = 1.0 + inside / p[ki_vmat];
    const Real into_vesicles = saturating(p[vmat_max], x[c], p[vmat_k]);
    const Real v_mat_v = at_least(zero, into_vesicles - x[v]) / vmat_slowed;
    const Real v_mat_r = at_least(zero, into_vesicles - x[r]) / vmat_slowed;
    const Real leak = p[vesicle_leak_sert] * inside * x[v];
    const Real refill = between(zero, p[q_rate] * (p[v_rest] - x[v]), p[q_max]) *
                        between(zero, in_reserve / p[reserve_low], Real(1));
    const Real restocked = p[restock] * (p[r_start] - x[r]) * x[v] / p[v_start];

    const Real k_uptake = p[sert_k] * (1.0 + cb / p[ki_uptake_sert] + i);
    const Real v_sert = p[sert_max] * x[s] * x[e] / (k_uptake + x[e]);
    const Real v_u2 = p[u2_part] * saturating(p[u2_max], x[e], p[u2_k]);
    const Real efflux =
        p[jmax_sert] * x[s] * occupied(cb, p[ec50_release_sert], i) * x[c] / (p[kc_sert] + x[c]);
    const Real firing = between(zero, p[f0] * p[hf] * (1.0 - p[brake] * above), p[f_max]);
    const Real release = p[k_release] * firing * x[v];

    const Real store = p[s_total] - x[s] - x[si];
    const Real inserted = p[s_rate] * between(zero, 1.0 + p[s_gain] * above, p[s_limit]) * store;
    const Real removed = p[s_rate] * between(zero, 1.0 - p[s_gain] * above, p[s_limit]) * x[s];
    const Real by_inhibitor = p[si_slope] * p[kd_inhibitor] * i;
    const Real inactivated =
        p[si_rate] * select(by_inhibitor < p[si_limit], by_inhibitor, p[si_limit]) * x[s];

    dx[tb] = p[trp_inflow] - v_in - p[k_tb] * (x[tb] - p[tb_rest]);
    dx[bh2] = v_tph - v_drr;
    dx[bh4] = -dx[bh2];
    dx[t] = v_in - v_tph - v_pool - p[k_t] * x[t];
    dx[pool] = v_pool - p[pool_use] * x[pool];
    dx[h] = v_tph - v_aadc;
    dx[c] = v_aadc - v_mat_v - v_mat_r + v_sert -
            saturating(p[mao_max], x[c], p[mao_k]) / mao_slowed - p[k_exchange] * (x[c] - x[e]) -
            efflux + leak;
    dx[v] = v_mat_v - release + refill - restocked - leak;
    dx[r] = v_mat_r - refill + restocked;
    dx[e] = release - v_sert - v_u2 - p[k_e] * x[e] + p[k_exchange] * (x[c] - x[e]) +
            p[k_exchange] * (x[g] - x[e]) + efflux;
    dx[g] = v_u2 - saturating(p[mao_max], x[g], p[mao_k]) - p[k_exchange] * (x[g] - x[e]);
    dx[b] = p[b_on] * x[e] * (p[b_total] - x[b]) - p[b_off] * x[b];
    dx[gs] = p[g_on] * x[b] * x[b] * (p[g_total] - x[gs]) - p[g_off] * x[rs] * x[gs];
    dx[rs] = p[r_on] * x[gs] * x[gs] * (p[r_total] - x[rs]) - p[r_off] * x[rs];
    dx[s] = inserted - removed - inactivated + p[si_return] * x[si];
    dx[si] = inactivated - p[si_return] * x[si];
    dx[tph] =
        p[tph_return] * (1.0 - x[tph]) - p[tph_loss] * inside / (p[tph_loss_k] + inside) * x[tph];
  }

  /// Relative to the start.
  template <class Real>
  static void outputs_of(const Real& cb, const Real& i, const Real* x, const Real* p, Real* y) {
    y[serotonin] = x[e] / p[e_start];
    y[serotonin_tissue] = (x[c] + x[v] + x[r]) / (p[c_start] + p[v_start] + p[r_start]);
    y[serotonin_release_share] = occupied(cb, p[ec50_release_sert], i);
  }
};

}  // namespace entact
