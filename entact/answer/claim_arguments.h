#pragma once

// How quantities read their arguments, for the files claim_*.cpp.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "entact/answer/claim_predicates.h"

namespace entact {

/// @throws Error "answer.claim.argument" with the quantity as written
[[noreturn]] void refuse_argument(const ClaimCall& call, const std::string& rule);

/// The arguments that are names, in order. @throws unless there are `least` to `most` of them
std::vector<std::string> names_in(const ClaimCall& call, std::size_t least, std::size_t most);

/// The values of the option `name = a|b`; empty if it is not given.
std::vector<std::string> option_in(const ClaimCall& call, std::string_view name);

/// The one value of an option, or `otherwise`.
std::string word_in(const ClaimCall& call, std::string_view name, const std::string& otherwise);

/// @throws if an option is none of these
void allow_options(const ClaimCall& call, const std::vector<std::string_view>& options);

/// Rows of a table that a quantity asked for.
struct ClaimRows {
  Rows admitted{};
  std::vector<std::string> left_out{};  ///< why others that fit are not admitted, one each
  [[nodiscard]] std::vector<std::string> facts() const;
};

/// The used rows of `table` that meet every condition of the call.
ClaimRows rows_in(const ClaimContext& context, const ClaimCall& call, const std::string& table);

/// A member of an analysis that is shown, not pooled, with its fact.
struct ShownMember {
  Row member;
  Row fact;
};

/// Members that are included and whose fact is admitted.
std::vector<ShownMember> shown_members(const ClaimContext& context, const std::string& analysis);

/// The analysis' row. @throws Error "answer.claim.argument" if there is none
Row analysis_in(const ClaimContext& context, const ClaimCall& call, const std::string& analysis);

// The families of quantities; each gives nothing if the quantity is not one of its own.

std::optional<FoundQuantity> pooled_quantity(const ClaimContext& context, const ClaimCall& call);
std::optional<FoundQuantity> row_quantity(const ClaimContext& context, const ClaimCall& call);
std::optional<FoundQuantity> harm_quantity(const ClaimContext& context, const ClaimCall& call);
std::optional<FoundQuantity> follow_up_quantity(const ClaimContext& context, const ClaimCall& call);
std::optional<FoundQuantity> blinding_quantity(const ClaimContext& context, const ClaimCall& call);

}  // namespace entact
