// Any text as a plan is a Plan or an Error that names its place. Most inputs come after a sound
// beginning, to reach the analyses and the options of their commands.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <unistd.h>

#include "entact/answer/plan.h"
#include "entact/base/error.h"

namespace {

namespace fs = std::filesystem;

constexpr std::string_view beginning =
    "title = \"T\"\n[datasets]\nadsl = \"d.csv\"\nadqs = \"d.csv\"\nadtte = \"d.csv\"\nadae = "
    "\"d.csv\"\n[[population]]\nid = \"fas\"\nwhere = [\"SAFFL=Y\"]\n[[estimand]]\nid = "
    "\"e\"\npopulation = \"fas\"\ntreatment = \"t\"\ncomparator = \"c\"\nvariable = \"v\"\nsummary "
    "= "
    "\"s\"\nintercurrent_events = []\n";
constexpr std::array<std::string_view, 5> heads{
    "",
    "[[analysis]]\nid = \"a\"\ntitle = \"A\"\nrole = \"primary\"\nestimand = \"e\"\nmethod = \"",
    "[[analysis]]\nid = \"a\"\ntitle = \"A\"\nrole = \"primary\"\nestimand = \"e\"\nmethod = "
    "\"mmrm\"\n",
    "[[analysis]]\nid = \"a\"\ntitle = \"A\"\nrole = \"safety\"\npopulation = \"fas\"\nmethod = "
    "\"adverse\"\n",
    "[[analysis]]\nid = \"a\"\ntitle = \"A\"\nrole = \"description\"\npopulation = \"fas\"\nmethod "
    "= "
    "\"survival\"\n[multiplicity]\n"};

/// A folder in memory where there is one, with a dataset; gone with the program.
struct Folder {
  fs::path path =
      (fs::is_directory("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path()) /
      ("entact-plan-fuzz-" + std::to_string(getpid()));
  Folder() {
    fs::create_directories(path);
    std::ofstream(path / "d.csv") << "USUBJID\nP1\n";
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 4096) return 0;  // toml++ needs time that grows with the square of nesting
  static const Folder folder;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t kind = data[0] % (heads.size() + 1);
  const fs::path path = folder.path / "PLAN.toml";
  std::ofstream file(path, std::ios::binary);
  if (kind > 0) file << beginning << heads[kind - 1];
  file << text;
  file.close();
  try {
    const entact::Plan plan = entact::read_plan(path);
    for (const entact::PlanAnalysis& analysis : plan.analyses)
      if (analysis.commands.empty() || plan.population(analysis.population) == nullptr)
        std::abort();
  } catch (const entact::Error& error) {
    if (!error.code().starts_with("io.") && !error.code().starts_with("answer.")) std::abort();
  }
  return 0;
}
