#pragma once

#include <string>

#include "entact/answer/document_builder.h"
#include "entact/answer/findings.h"

namespace entact {

/// The numbers of one pooled answer as the Document shows them: ratios back-transformed, each with
/// facts, model and command.
struct PooledNumbers {
  std::string estimate{};  ///< Number ids
  std::string low{};
  std::string high{};
};

/// @param decimals  -1: two for ratios and standardised differences, one for points
PooledNumbers pooled_numbers(DocumentBuilder& builder, const PooledAnswer& answer,
                             int decimals = -1);

/// Any other number of the answer's JSON result: `key` as in `entact pool`, e.g. "tau2", "i2", "p".
std::string pooled_number(DocumentBuilder& builder, const PooledAnswer& answer,
                          const std::string& key, double value, std::string text,
                          const std::string& label);

/// How many trials the answer pools.
std::string trials_number(DocumentBuilder& builder, const PooledAnswer& answer);

/// "−0.71 [−1.06, −0.37]" with each number clickable.
Prose estimate_prose(DocumentBuilder& builder, const PooledAnswer& answer);

/// Two trials, none of them able to say how they differ: each alone, "MAPP1 −10.5 [−15.6, −5.4];
/// ...", and the Bayesian interval with a half-normal prior for tau of this scale.
Prose two_trials_prose(DocumentBuilder& builder, const Findings& findings,
                       const PooledAnswer& answer, double tau_scale,
                       const std::string& scale_words);

/// The prediction interval "[low, high]" where the model has one; else empty.
Prose prediction_prose(DocumentBuilder& builder, const PooledAnswer& answer);

/// The effect of one member of the analysis, as the command shows it at /result/studies/i.
std::string member_number(DocumentBuilder& builder, const PooledAnswer& answer, std::size_t member);

/// The value as people read it: exp of logs.
double shown(const PooledAnswer& answer, double value);

/// Which way the estimate lies, from the analysis' own direction: "favours MDMA" or "favours
/// control"; "does not tell" where the interval holds no effect.
std::string direction_words(const PooledAnswer& answer);

/// True if the interval excludes no effect.
bool excludes_no_effect(const PooledAnswer& answer);

/// Model and interval in words, as model_words says them, with the number of studies.
std::string interval_words(const PooledAnswer& answer);

}  // namespace entact
