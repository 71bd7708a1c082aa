#pragma once

#include <string>

#include "entact/base/date.h"

namespace entact {

/// Where facts come from: a paper, a registry record, a letter of a regulator.
struct Source {
  std::string id{};
  std::string kind{};  ///< journal, registry, regulator, preprint, review, news
  std::string label{};
  std::string title{};
  std::string doi{};
  std::string url{};
  Date published{};
  Date retracted_on{};  ///< no date if it stands
};

/// How a number was seen: read in the source itself, in a text that cites it, or in neither.
enum class Verification { page, secondary, recalled };

/// The place of one number in one source.
struct Citation {
  std::string source{};   ///< Source::id
  std::string locator{};  ///< page, table, section
  Verification verified = Verification::recalled;
};

}  // namespace entact
