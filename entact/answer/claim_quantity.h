#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "entact/evidence/claim_expression.h"
#include "entact/evidence/fact_table.h"
#include "entact/report/document.h"

namespace entact {

/// A number in the words about a quantity.
struct ClaimNumber {
  double value = 0;
  std::string text{};
  std::string label{};
  std::string unit{};
  NumberTrail trail{};
  bool own = false;  ///< the worth of the quantity itself, which `entact claims` prints
};

/// Words, then a number or a source, each of which may be missing.
struct ClaimPiece {
  std::string words{};
  std::optional<ClaimNumber> number{};
  std::string source{};  ///< source_id
};

/// A quantity that a condition asked for: what it is worth, and how to say it.
struct FoundQuantity {
  std::string asked{};    ///< as written
  std::string subject{};  ///< quantities of one subject are said once
  ClaimValue value{};
  std::vector<ClaimPiece> phrase{};

  [[nodiscard]] bool known() const { return value.index() != 0; }
  FoundQuantity& say(std::string_view words);
  FoundQuantity& number(ClaimNumber number);
  /// The worth of the quantity itself.
  FoundQuantity& own(double value, std::string text, std::string label,
                     std::vector<std::string> facts = {});
  /// One cell of a fact as the row has it.
  FoundQuantity& fact(const Row& row, std::string_view column, const std::string& label);
  FoundQuantity& source(const Row& row);
};

/// The words without links, for people at a terminal.
std::string plain_text(const std::vector<ClaimPiece>& phrase);

}  // namespace entact
