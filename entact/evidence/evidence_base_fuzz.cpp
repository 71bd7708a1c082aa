// The loader of the evidence base on arbitrary bytes: it may refuse with an Error or report issues,
// and what it loads can be read. The input is up to three files apart by NUL: a table, schema.csv
// and vocabulary.csv; the last two have sound defaults.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "entact/evidence/evidence_base.h"

namespace {

constexpr const char* default_schema =
    "table,column,type,required,vocabulary,unit,references,min,max,description\n"
    "binary,fact_id,id,yes,,,,,,Key\n"
    "binary,study_id,id,yes,,,binary.study_id,,,Study\n"
    "binary,events,integer,no,,,,0,100,Events\n"
    "binary,week,number,no,,weeks,,,,Week\n"
    "binary,first_public,date,no,,,,,,Day\n"
    "binary,used,yes_no,yes,,,,,,Used\n"
    "binary,names,list,no,verified,,,,,Words\n"
    "binary,verified,text,yes,verified,,,,,How seen\n";

void read_everything(const entact::EvidenceBase& base) {
  for (const auto& [name, table] : base.tables)
    for (const entact::Row& row : table.rows())
      for (const entact::FactColumn& column : table.schema().columns) {
        const bool numeric =
            column.type == entact::FactType::number || column.type == entact::FactType::integer;
        if (numeric && std::isinf(row.number(column.name))) std::abort();
        if (column.type == entact::FactType::date && row.date(column.name).month > 12) std::abort();
        if (row.text(column.name).empty() && row.has(column.name)) std::abort();
      }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  std::map<std::string, std::string> files{
      {"schema.csv", default_schema},
      {"vocabulary.csv", "list,value,meaning\nverified,page,read\n"}};
  std::size_t begin = 0;
  for (const char* name : {"binary.csv", "schema.csv", "vocabulary.csv"}) {
    if (begin > input.size()) break;
    const std::size_t end = std::min(input.find('\0', begin), input.size());
    files[name] = input.substr(begin, end - begin);
    begin = end + 1;
  }
  try {
    const entact::LoadedEvidence loaded = entact::read_evidence(files);
    for (const entact::Issue& issue : loaded.issues)
      if (issue.code.empty() || issue.rule.empty()) std::abort();
    read_everything(loaded.base);
  } catch (const entact::Error& error) {
    if (error.code().empty()) std::abort();
  }
  return 0;
}
