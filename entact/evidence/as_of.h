#pragma once

#include "entact/evidence/evidence_base.h"

namespace entact {

/// The evidence base as it could have been written on a past day.
///
/// A date known to the year or month only counts from the last day it may mean, but no later than
/// the newest day of the base: so `known_by(base, base.newest)` is the whole base, undated sources
/// and facts included. Before that day:
///
/// - a fact is known if its `first_public` is by then; where that is empty, if its source's
///   `published` is; a fact with neither date is not known;
/// - an event also has to have happened: `date`, where the table has one, is by then;
/// - a source is known if it was published by then, or if a known fact is cited from it (the number
///   was public before the text in which it was read);
/// - a retraction is known if `retracted_on` is by then, else the source stands unretracted;
/// - a study is listed if its own row or any fact about it is known, or if it had started; an arm
/// if
///   its own row or any fact about it is known. What a row of them that is not itself known says of
///   the course of the trial (status, end, numbers of persons) is left empty, and so are an end
///   that lies ahead and the status with it;
/// - where no used row of a conflict group is known yet, the known row that became public last
///   counts as used (superseded rows never do);
/// - rows of other tables (analyses, intake) stay if what they refer to does.
///
/// @param day  may be imprecise; its last day counts
/// @cost   linear in the rows
EvidenceBase known_by(const EvidenceBase& base, Date day);

}  // namespace entact
