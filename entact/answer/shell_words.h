#pragma once

#include <string>

namespace entact {

/// The word as a shell needs it: in quotes where it holds more than letters, digits and a few
/// marks.
std::string shell_word(const std::string& word);

}  // namespace entact
