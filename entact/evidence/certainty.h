#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace entact {

/// How sure one may be of an answer, in the four words of GRADE.
enum class Certainty { very_low, low, moderate, high };
/// "very low", "low", "moderate", "high".
std::string_view to_text(Certainty certainty);
/// The inverse; nothing for another word.
std::optional<Certainty> parse_certainty(std::string_view word);

/// Why the certainty may be lower than the design promises.
enum class CertaintyDomain {
  risk_of_bias,
  inconsistency,
  indirectness,
  imprecision,
  publication_bias
};
/// "risk of bias", ...
std::string_view to_text(CertaintyDomain domain);

/// What one rater said of the studies in an answer.
struct RaterView {
  std::string rater{};
  double weight_high = 0;      ///< share of the weight in studies rated high, in [0, 1]
  double weight_concerns = 0;  ///< share rated `some concerns`
  bool most_high = false;      ///< rated most studies of a review high and did not say which
};

/// Who knew the treatment.
enum class BlindingEvidence {
  open,       ///< nobody was blinded
  not_asked,  ///< blinded, but no guesses are on record
  asked,      ///< guesses of both arms are on record
};

/// What is known of one answer, apart from the answer itself. NaN where it is unknown.
struct CertaintyFacts {
  static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

  bool randomised = true;  ///< false: the answer starts at low
  int studies = 0;
  double persons = unknown;              ///< in the answer
  double persons_needed = 400;           ///< rule of thumb where the outcome is a score
  double events = unknown;               ///< of both arms, where the outcome is yes or no
  double events_needed = 300;            ///< rule of thumb where it is
  double low = unknown, high = unknown;  ///< 95% interval, additive scale
  double no_effect = 0;                  ///< on that scale
  bool log_scale = false;                ///< the scale is that of logs of ratios
  double important = unknown;            ///< smallest important distance from no effect, > 0

  double i2 = unknown;  ///< in [0, 1]
  double prediction_low = unknown, prediction_high = unknown;

  std::vector<RaterView> raters{};
  BlindingEvidence blinding = BlindingEvidence::not_asked;
  double guessed_right_treatment = unknown, guessed_right_control = unknown;  ///< shares
  int integrity_findings = 0;      ///< of a regulator or journal on how these data were collected
  double missing_share = unknown;  ///< of the people who entered, without outcome

  std::vector<std::string> indirect{};  ///< one phrase a reason why the people, treatment,
                                        ///< comparator or outcome are not those asked about
  /// In finished studies whose results are not usable; NaN where nobody can say who measured it.
  double persons_unreported = 0;
  double small_study_p = unknown;  ///< of a funnel test, where one was made
};

/// One domain: how many levels down, by which rule, and on what numbers.
struct CertaintyJudgement {
  CertaintyDomain domain = CertaintyDomain::risk_of_bias;
  int levels_down = 0;   ///< 0 not serious, 1 serious, 2 very serious
  std::string rule{};    ///< the rule that applied, a sentence without a full stop
  std::string reason{};  ///< what met it, a sentence without a full stop
  std::vector<std::pair<std::string, double>> numbers{};  ///< what the rule looked at
};

/// The proposal for one answer.
struct CertaintyProposal {
  Certainty start = Certainty::high;
  Certainty overall = Certainty::high;
  std::vector<CertaintyJudgement> judgements{};  ///< the five domains in the order of the enum
};

/// Proposes the certainty of an answer by fixed rules, one a domain. It proposes: a person judges,
/// and what people judged (judgements.csv) is shown beside it and never overwritten. Nothing is
/// rated up.
///
/// - Risk of bias. Very serious: more than half of the weight in studies that a rater rated high.
///   Serious: more than half rated high or with some concerns; or a rater rated most studies of a
///   review high without saying which; or people guessed their treatment, that is (right in the
///   treatment arm) + (right in the control arm) - 1 > 0.2; or nobody was blinded; or a finding on
///   how the data were collected stands; or more than 20% of the people have no outcome.
/// - Inconsistency. Very serious: I2 of 75% or more and a prediction interval that holds no effect.
///   Serious: I2 of 50% or more, or a prediction interval that holds no effect beside a confidence
///   interval that does not. Fewer than two studies cannot disagree.
/// - Indirectness. Serious with one reason, very serious with two or more.
/// - Imprecision. Very serious: fewer people (or, where known, events) than a quarter of those
///   needed, or an interval that holds important benefit and important harm. Serious: fewer than
///   needed, or an interval that holds no effect.
/// - Publication bias. Serious: people in finished studies without usable results are a tenth or
///   more of all; or a funnel test of ten or more studies has p < 0.10. Below ten studies no funnel
///   speaks; where nobody can say who measured the outcome nothing is judged.
///
/// @source GRADE guidelines 4 to 8: Guyatt et al. 2011, J Clin Epidemiol 64:407, 1277, 1283, 1294,
///         1303; Bang et al. 2004, Control Clin Trials 25:143, whose index, averaged over two arms
///         without undecided people, is the one above
CertaintyProposal propose_certainty(const CertaintyFacts& facts);

}  // namespace entact
