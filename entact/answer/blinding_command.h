#pragma once

#include <string>
#include <vector>

#include "entact/answer/answer.h"
#include "entact/answer/trial_table.h"

namespace entact {

/// `entact blinding`: which arm people guess to be in, and how that compares with chance.
struct BlindingRequest {
  std::string arm{};                   ///< column; empty: the first of arm_names()
  std::string guess{};                 ///< column; its cells are arms or words of not knowing
  std::vector<std::string> unknown{};  ///< cells that mean "do not know"; empty: the usual words
  std::string outcome{};               ///< column to describe by guess; empty: none
  std::vector<std::string> where{};    ///< only rows with COLUMN=VALUE
  std::vector<std::string> visits{};   ///< only rows at these levels of AVISIT
  double level = 0.95;
};

/// JSON keys of the result: arm, guess, level, guesses[{arm, guessed: {arm: n}, unknown, n}],
/// n_missing, james{estimate, se, ci_low, ci_high}, bang[{arm, estimate, se, ci_low, ci_high, p}]
/// and outcomes{words, rows[{arm, guess, n, mean, sd}]}: description, never an effect of guessing.
///
/// @throws Error "answer.blinding.guess" naming the line of a guess that is no arm;
/// "answer.blinding.arm"
///         (unanswerable) for fewer than two arms; "answer.blinding.duplicate" naming the line of a
///         participant's second guess
/// @checked reference/blinding (R; published values)
Answer blinding_answer(const TrialTable& data, const BlindingRequest& request);

/// Reads the file and answers; messages name it.
Answer blinding_file(const std::string& path, const BlindingRequest& request);

/// What stands with every outcome by guess.
extern const char* const outcome_by_guess_words;

}  // namespace entact
