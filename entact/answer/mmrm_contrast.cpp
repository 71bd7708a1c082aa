#include "entact/answer/mmrm_contrast.h"

#include <fmt/format.h>

#include <charconv>

#include "entact/base/error.h"

namespace entact {
namespace {

struct Reader {
  std::string_view text;
  std::size_t at = 0;

  [[noreturn]] void refuse(const std::string& wanted) const {
    throw Error("answer.mmrm.contrast",
                fmt::format("a contrast reads NAME = 0.5 MDMA@W12 + 0.5 MDMA@W18 - PBO@W18; at "
                            "character {} of '{}' there should be {}",
                            at + 1, text, wanted),
                ErrorKind::usage);
  }
  void skip() {
    while (at < text.size() && text[at] == ' ') ++at;
  }
  bool take(char c) {
    skip();
    if (at >= text.size() || text[at] != c) return false;
    ++at;
    return true;
  }
  double weight() {
    skip();
    double value = 1;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), value);
    if (error != std::errc{}) return 1;
    const auto next = static_cast<std::size_t>(end - text.data());
    // A number that runs on as a word, such as the arm 40mg, is that word.
    if (next < text.size() && text[next] != ' ' && text[next] != '*' && text[next] != '{') return 1;
    at = next;
    take('*');
    return value;
  }
  std::string mean() {
    skip();
    const bool braces = take('{');
    const std::size_t start = at;
    const std::string_view ends = braces ? "}" : " +";
    while (at < text.size() && ends.find(text[at]) == std::string_view::npos) ++at;
    if (at == start) refuse("the name of a mean");
    std::string name(text.substr(start, at - start));
    if (braces && !take('}')) refuse("a closing brace");
    return name;
  }
};

}  // namespace

NamedCombination parse_combination(std::string_view text) {
  Reader reader{text};
  NamedCombination combination;
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) reader.refuse("a name and '='");
  combination.name = text.substr(0, equals);
  while (!combination.name.empty() && combination.name.back() == ' ') combination.name.pop_back();
  if (combination.name.empty()) reader.refuse("a name before '='");
  reader.at = equals + 1;
  do {
    double sign = 1;
    if (reader.take('-'))
      sign = -1;
    else if (!reader.take('+') && !combination.parts.empty())
      reader.refuse("+ or -");
    const double weight = sign * reader.weight();
    combination.parts.emplace_back(weight, reader.mean());
    reader.skip();
  } while (reader.at < text.size());
  return combination;
}

}  // namespace entact
