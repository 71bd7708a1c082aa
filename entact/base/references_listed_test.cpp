// docs/references.bib and the docstrings name the same works.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>

namespace entact {
namespace {

namespace fs = std::filesystem;

bool is_source(const fs::path& path) {
  const bool code = path.extension() == ".cpp" || path.extension() == ".h";
  return code && path.filename().string().find("_test.cpp") == std::string::npos;
}

/// Keys in comments: a name in lower case and a number in brackets, perhaps letters after it.
std::set<std::string> cited() {
  static const std::regex key("\\[([a-z]+[0-9]+[a-z]*)\\]");
  std::set<std::string> keys;
  for (const auto& entry :
       fs::recursive_directory_iterator(fs::path(ENTACT_SOURCE_DIR) / "entact")) {
    if (!is_source(entry.path())) continue;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      const std::size_t comment = line.find("//");
      if (comment == std::string::npos) continue;
      line = line.substr(comment);
      for (std::sregex_iterator at(line.begin(), line.end(), key), end; at != end; ++at)
        keys.insert((*at)[1]);
    }
  }
  return keys;
}

std::set<std::string> listed() {
  static const std::regex entry("^@[a-z]+\\{([a-z0-9]+),$");
  std::set<std::string> keys;
  std::ifstream in(fs::path(ENTACT_SOURCE_DIR) / "docs/references.bib");
  std::smatch match;
  for (std::string line; std::getline(in, line);)
    if (std::regex_match(line, match, entry)) {
      EXPECT_TRUE(keys.insert(match[1]).second) << match[1] << " is listed twice";
    }
  return keys;
}

TEST(ReferencesListed, every_work_that_is_cited_stands_in_the_list) {
  const std::set<std::string> keys = listed();
  ASSERT_GT(cited().size(), 40U);
  for (const std::string& key : cited())
    EXPECT_TRUE(keys.contains(key)) << key << ": add it to docs/references.bib";
}

TEST(ReferencesListed, every_work_of_the_list_is_cited) {
  const std::set<std::string> keys = cited();
  for (const std::string& key : listed())
    EXPECT_TRUE(keys.contains(key)) << key << ": no docstring cites it";
}

}  // namespace
}  // namespace entact
