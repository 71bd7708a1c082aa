#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace entact {

/// Text without the blanks around it.
std::string trimmed(std::string_view text);

/// The parts of "a + b", without blanks around them; a separator in brackets is part of its part.
std::vector<std::string> split_at(std::string_view text, char separator);

}  // namespace entact
