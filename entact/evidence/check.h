#pragma once

#include <vector>

#include "entact/base/error.h"
#include "entact/evidence/evidence_base.h"

namespace entact {

/// Everything about the facts that schema.csv cannot say: whether the numbers agree with one
/// another. Each check below is one group of rules; this is all of them, by file and line.
///
/// A row that is marked `used = no` or stands in a conflict group is known to be odd: what is wrong
/// with it is a warning, elsewhere an error unless the rule says warning.
/// @cost  a few milliseconds for some thousand rows
std::vector<Issue> check_evidence(const EvidenceBase& base);

/// Counts of people.
/// `evidence.check.events`       events <= n
/// `evidence.check.participants` participants with an event <= n
/// `evidence.check.flow`         randomised >= treated >= completed
/// `evidence.check.arm_total`    arms' n_randomised add up to the study's, where every arm says it
///                               (warning if they hold fewer: an arm may not be on record)
/// `evidence.check.percent`      a percentage is that of the counts, as far as it is rounded
std::vector<Issue> check_counts(const EvidenceBase& base);

/// Estimates, their intervals and their p-values; ratios on the log scale.
/// `evidence.check.interval`  low <= estimate <= high
/// `evidence.check.spread`    se, sd and n agree (warning)
/// `evidence.check.se`        se and interval agree: the interval is 2 * 1.96 se wide, by a factor
///                            of 0.75 to 1.5 that leaves room for t quantiles (warning)
/// `evidence.check.p`         an interval without the null has p < 0.05 and the reverse (warning)
/// `evidence.check.ratio`     a ratio and its limits are positive
/// `evidence.check.sign`      the sign agrees with the arms' means or counts and with `favours`
std::vector<Issue> check_estimates(const EvidenceBase& base);

/// Scores inside the range of their instrument (instruments.csv); changes and differences no larger
/// than the range; standard deviations no larger than the range allows.
/// `evidence.check.score`, `evidence.check.score_sd`
std::vector<Issue> check_scores(const EvidenceBase& base);

/// Dates that cannot be.
/// `evidence.check.period`       a study starts before it ends
/// `evidence.check.future`       nothing became public, or happened, after the newest source
/// `evidence.check.first_public` a number is public no later than the source in which it was read
///                               (warning: web pages change after their date)
/// `evidence.check.too_early`    no result is public before its study starts
/// `evidence.check.retraction`   a report is retracted after it was published
std::vector<Issue> check_dates(const EvidenceBase& base);

/// Rows against other rows.
/// `evidence.check.duplicate`  two used rows never say the same thing of the same people; a review
///                             may quote several comparisons that it does not name
/// `evidence.check.arm`        an arm belongs to the row's study
/// `evidence.check.part_of`    a study is not part of itself; reports of others name them
std::vector<Issue> check_rows(const EvidenceBase& base);

/// Members of the named poolings that are included.
/// `evidence.check.member`     a member has facts, of its own study, arms and week
/// `evidence.check.recalled`   none is recalled
/// `evidence.check.unused`     none is marked `used = no`
/// `evidence.check.retracted`  none comes from a retracted report
/// `evidence.check.instruments` points of different instruments are pooled only as standardised
/// `evidence.check.statistics` endpoints and changes are not standardised together
/// `evidence.check.directions` all measure the same direction
/// `evidence.check.twice`      nobody counts twice: no report beside a trial that it contains
/// Analyses whose measure is `none` are shown, not pooled: only the first rule holds for them.
std::vector<Issue> check_members(const EvidenceBase& base);

/// Warning for a row that is known to be odd, else error.
Issue::Severity severity_for(const Row& row);

}  // namespace entact
