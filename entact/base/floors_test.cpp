// The layers are kept by a machine: no file includes a floor that entact/floors.txt does not allow.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace entact {
namespace {

namespace fs = std::filesystem;

using Floors = std::map<std::string, std::set<std::string>>;

Floors allowed_includes(const fs::path& root) {
  std::ifstream in(root / "entact/floors.txt");
  Floors floors;
  std::string line;
  while (std::getline(in, line)) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::string floor, colon, lower;
    words >> floor >> colon;
    floors[floor].insert(floor);
    while (words >> lower) floors[floor].insert(lower);
  }
  return floors;
}

std::set<std::string> included_floors(const fs::path& file) {
  static const std::regex include("^\\s*#include \"entact/([a-z]+)/");
  std::set<std::string> floors;
  std::ifstream in(file);
  std::string line;
  std::smatch match;
  while (std::getline(in, line))
    if (std::regex_search(line, match, include)) floors.insert(match[1]);
  return floors;
}

TEST(Floors, include_only_what_floors_txt_allows) {
  const fs::path root = ENTACT_SOURCE_DIR;
  const Floors floors = allowed_includes(root);
  ASSERT_EQ(floors.size(), 10U);
  for (const auto& [floor, allowed] : floors) {
    if (!fs::is_directory(root / "entact" / floor)) continue;  // git keeps no empty folder
    for (const auto& entry : fs::directory_iterator(root / "entact" / floor))
      for (const std::string& used : included_floors(entry.path()))
        EXPECT_TRUE(allowed.contains(used)) << entry.path() << " includes " << used;
  }
}

TEST(Floors, every_folder_is_a_floor) {
  const fs::path root = ENTACT_SOURCE_DIR;
  const Floors floors = allowed_includes(root);
  for (const auto& entry : fs::directory_iterator(root / "entact")) {
    if (entry.is_directory()) {
      EXPECT_TRUE(floors.contains(entry.path().filename())) << entry.path();
    }
  }
}

// Two types of one name in one namespace are one type to the linker: whichever it meets first.
TEST(Floors, no_type_is_defined_in_two_headers) {
  static const std::regex definition("^(struct|class|enum class) ([A-Za-z0-9]+)( \\{| :|$)");
  std::map<std::string, std::set<std::string>> where;
  for (const auto& entry :
       fs::recursive_directory_iterator(fs::path(ENTACT_SOURCE_DIR) / "entact")) {
    if (entry.path().extension() != ".h") continue;
    std::ifstream in(entry.path());
    std::string line, space;
    std::smatch match;
    while (std::getline(in, line)) {
      if (line.rfind("namespace ", 0) == 0) space = line;
      if (std::regex_search(line, match, definition))
        where[space + match[2].str()].insert(entry.path().filename().string());
    }
  }
  EXPECT_GT(where.size(), 300U);
  for (const auto& [name, files] : where)
    EXPECT_EQ(files.size(), 1U) << name << " in " << *files.begin() << " and " << *files.rbegin();
}

}  // namespace
}  // namespace entact
