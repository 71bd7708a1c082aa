#pragma once

// The sections of the report, each one function and one or more files section_*.cpp.

#include "entact/answer/document_builder.h"
#include "entact/answer/findings.h"
#include "entact/answer/report.h"

namespace entact {

Section key_outcomes_section(DocumentBuilder& builder, const Findings& findings);
Section trials_section(DocumentBuilder& builder, const Findings& findings);
Section applications_section(DocumentBuilder& builder, const Findings& findings);
Section effectiveness_section(DocumentBuilder& builder, const Findings& findings);
Section safety_section(DocumentBuilder& builder, const Findings& findings);
Section mechanism_section(DocumentBuilder& builder, const Findings& findings);
Section outcomes_section(DocumentBuilder& builder, const Findings& findings);
Section regulation_section(DocumentBuilder& builder, const Findings& findings);
Section claims_section(DocumentBuilder& builder, const Findings& findings);
/// Simulated: needs options.models.
Section settle_section(DocumentBuilder& builder, const Findings& findings);
Section methods_section(DocumentBuilder& builder, const Findings& findings);

}  // namespace entact
