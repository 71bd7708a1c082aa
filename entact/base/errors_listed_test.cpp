// docs/errors.md and the sources name the same error codes.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>

namespace entact {
namespace {

namespace fs = std::filesystem;

constexpr const char* code_pattern =
    "(?:base|num|io|report|scales|pharm|stats|trial|evidence|answer|cli)"
    "\\.[a-z0-9_]+(?:\\.[a-z0-9_]+)?";

bool is_source(const fs::path& path) {
  const std::string name = path.filename().string();
  const bool code = path.extension() == ".cpp" || path.extension() == ".h";
  return code && name.find("_test.cpp") == std::string::npos &&
         name.find("_fuzz.cpp") == std::string::npos &&
         name.find("_bench.cpp") == std::string::npos;
}

/// What the sources quote, comments left out: whole codes; the beginnings of those that are put
/// together ("evidence.base." and "evidence.check.{}"); and single words, which may be their ends.
struct Quoted {
  std::set<std::string> codes{};
  std::set<std::string> beginnings{};
  std::set<std::string> words{};
};

void collect(const fs::path& file, Quoted& quoted) {
  static const std::regex code("\"(" + std::string(code_pattern) + ")\"");
  static const std::regex beginning("\"([a-z]+\\.[a-z_]+\\.)(?:\\{\\})?\"");
  static const std::regex word("\"([a-z0-9_]+)\"");
  const auto add = [](const std::string& line, const std::regex& what,
                      std::set<std::string>& into) {
    for (std::sregex_iterator at(line.begin(), line.end(), what), end; at != end; ++at)
      into.insert((*at)[1]);
  };
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    line = line.substr(0, line.find("//"));
    add(line, code, quoted.codes);
    add(line, beginning, quoted.beginnings);
    add(line, word, quoted.words);
  }
}

Quoted quoted_in_sources() {
  Quoted quoted;
  for (const char* folder : {"entact", "apps"})
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(ENTACT_SOURCE_DIR) / folder))
      if (is_source(entry.path())) collect(entry.path(), quoted);
  return quoted;
}

/// The code in the first cell of each row of docs/errors.md; a second row of one code is a failure.
std::set<std::string> listed() {
  static const std::regex row("^\\| `(" + std::string(code_pattern) + ")` \\| (\\w+) \\| .+ \\|$");
  std::set<std::string> codes;
  std::ifstream in(fs::path(ENTACT_SOURCE_DIR) / "docs/errors.md");
  std::smatch match;
  for (std::string line; std::getline(in, line);)
    if (std::regex_match(line, match, row)) {
      EXPECT_TRUE(codes.insert(match[1]).second) << match[1] << " is listed twice";
      EXPECT_TRUE(std::set<std::string>({"usage", "input", "unanswerable", "issue"})
                      .contains(match[2].str()))
          << match[1] << " has the kind " << match[2];
    }
  return codes;
}

TEST(ErrorsListed, every_code_of_the_sources_stands_in_the_list) {
  const std::set<std::string> codes = listed();
  const Quoted quoted = quoted_in_sources();
  ASSERT_GT(quoted.codes.size(), 100U);
  for (const std::string& code : quoted.codes)
    EXPECT_TRUE(codes.contains(code)) << code << ": add it to docs/errors.md";
}

TEST(ErrorsListed, no_code_of_the_list_is_gone_from_the_sources) {
  const Quoted quoted = quoted_in_sources();
  for (const std::string& code : listed()) {
    const std::size_t dot = code.rfind('.') + 1;
    const bool put_together =
        quoted.beginnings.contains(code.substr(0, dot)) && quoted.words.contains(code.substr(dot));
    EXPECT_TRUE(quoted.codes.contains(code) || put_together)
        << code << ": no source uses it; take it out of docs/errors.md";
  }
}

}  // namespace
}  // namespace entact
