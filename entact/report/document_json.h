#pragma once

#include <string>
#include <vector>

#include "entact/report/document.h"

namespace entact {

/// The Document as JSON text, valid against document.schema.json; doubles at full precision,
/// missing numbers null.
/// @throws Error "report.document.dangling" if a block refers to a number, source, fact or table
/// that the Document lacks
std::string to_json(const Document& document);

/// Everything wrong with the references inside a Document: unknown numbers, sources, facts, tables;
/// empty if sound.
std::vector<std::string> dangling_references(const Document& document);

}  // namespace entact
