import { type Procedure, procedureSchema } from "./block.ts";

/** What the procedure's own table says of all six steps. */
const THROUGHOUT = ["hitrust/07.a", "hitrust/12.a", "soc2/CC8.1/manages", "hipaa/164.312(b)", "hipaa/164.312(c)(1)"];

/** ENG-PROC-003: standard (non-emergency) change to a production application, infrastructure or configuration; with the ITIL types beside it. */
export const ENG_PROC_003: Procedure = procedureSchema.parse({
  id: "ENG-PROC-003",
  version: "1",
  title: "Change to a production application, infrastructure or configuration",
  steps: {
    normal: [
      {
        number: 1,
        title: "A ticket documents the planned change, and a feature branch is made for it",
        who: ["developer"],
        requires: [{ block: "ticket" }, { block: "branch" }],
        tests: ["T3", "T6", "T14"],
        controls: [...THROUGHOUT, "soc2/CC8.1/documents", "soc2/CC8.1/authorizes"],
      },
      {
        number: 2,
        title: "A pull request with the template filled in, its security checklist included",
        who: ["developer"],
        requires: [{ block: "template", sections: ["security"] }],
        tests: ["T6", "T16"],
        controls: [...THROUGHOUT, "hitrust/07.b", "soc2/CC8.1/designs", "soc2/CC8.1/protects-confidential", "soc2/CC8.1/protects-personal"],
      },
      {
        number: 3,
        title: "A qualified peer approves",
        who: ["peer-reviewer"],
        requires: [{ block: "approval", roles: ["peer-reviewer"] }],
        tests: ["T4", "T5", "T7"],
        controls: [...THROUGHOUT, "hitrust/07.b", "soc2/CC8.1/approves"],
      },
      {
        number: 4,
        title: "The security team reviews; its approval is required where security controls or sensitive data are touched",
        who: ["security-team"],
        requires: [{ block: "approval", roles: ["security-team"], when: "security-relevant" }],
        tests: ["T10"],
        controls: [
          ...THROUGHOUT,
          "hitrust/07.b",
          "soc2/CC8.1/approves",
          "soc2/CC8.1/protects-confidential",
          "soc2/CC8.1/protects-personal",
        ],
      },
      {
        number: 5,
        title: "QA tests in staging and signs off",
        who: ["qa-team"],
        requires: [{ block: "checks" }, { block: "qa-sign-off" }],
        tests: ["T9"],
        controls: [...THROUGHOUT, "hitrust/07.c", "soc2/CC8.1/tests"],
      },
      {
        number: 6,
        title: "The engineering lead's final approval authorises deployment to production",
        who: ["engineering-lead"],
        requires: [{ block: "approval", roles: ["engineering-lead"] }],
        tests: ["T11", "T12", "T14"],
        controls: [...THROUGHOUT, "soc2/CC8.1/approves", "soc2/CC8.1/deploys"],
      },
    ],
    standard: [
      {
        number: 1,
        title: "A pre-approved, unexpired item of the catalogue asks for it",
        who: ["developer"],
        requires: [{ block: "catalogue" }],
        tests: ["T15"],
      },
    ],
    emergency: [
      {
        number: 1,
        title: "An incident is open",
        who: ["developer", "engineering-lead"],
        requires: [{ block: "incident" }],
        tests: ["T13"],
      },
      {
        number: 2,
        title: "An authoriser lets it go ahead, and says why",
        who: ["engineering-lead"],
        requires: [{ block: "authorisation" }],
        tests: ["T13"],
      },
      {
        number: 3,
        title: "It is reviewed afterwards, in time",
        who: ["engineering-lead", "peer-reviewer", "security-team"],
        requires: [{ block: "retrospective" }],
        tests: ["T13"],
      },
    ],
  },
});
