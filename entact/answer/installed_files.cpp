#include "entact/answer/installed_files.h"

#include <cstdlib>
#include <vector>

#include "entact/base/error.h"

namespace entact {
namespace {

namespace fs = std::filesystem;

fs::path beside_program(const char* folder) {
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  return failed ? fs::path() : program.parent_path().parent_path() / "share/entact" / folder;
}

std::vector<fs::path> places(const char* variable, const char* installed, const char* in_source) {
  std::vector<fs::path> all;
  if (const char* named = std::getenv(variable)) all.emplace_back(named);
  all.push_back(beside_program(installed));
  all.push_back(fs::path(ENTACT_SOURCE_DIR) / in_source);
  return all;
}

fs::path first_holding(const std::vector<fs::path>& folders, const char* file) {
  for (const fs::path& folder : folders)
    if (!folder.empty() && fs::is_regular_file(folder / file)) return folder;
  return {};
}

}  // namespace

fs::path find_data(const std::string& wanted) {
  const std::vector<fs::path> folders =
      wanted.empty() ? places("ENTACT_DATA", "data", "data") : std::vector<fs::path>{wanted};
  const fs::path found = first_holding(folders, "schema.csv");
  require(!found.empty(), "answer.data.none",
          "no evidence base: " +
              (wanted.empty() ? std::string("none of the usual places holds")
                              : "'" + wanted + "' does not hold") +
              " a schema.csv. Name its folder with --data or ENTACT_DATA");
  return found;
}

fs::path find_web_template() {
  const fs::path folder = first_holding(places("ENTACT_WEB", "web", "web/dist"), "template.html");
  require(!folder.empty(), "answer.web.none",
          "the web view is not built: template.html is missing. Run `npm run build` or `make web`, "
          "or name its folder with ENTACT_WEB");
  return folder / "template.html";
}

}  // namespace entact
