import { type Section, section } from "./claim.ts";

const UNIT = "test/procedure";
const RULES = `${UNIT}/rules-requirements.test.ts`;
const CONTROLS = `${UNIT}/document.test.ts`;

/** What real systems fell into. */
const TRAPS = section(
  "trap",
  "Traps",
  ["An approval that is dismissed later", 505, 506, 522],
  ["An approval from outside the organisation", 412, 413],
  ["A branch synchronised with main after the approval", 503],
  [
    "Events in any order, twice, days late",
    610,
    809,
    "test/scenarios/scenarios.test.ts: gives them in every order of arrival",
    `${UNIT}/assess.test.ts: is judged the same in any order, doubled or not`,
    "test/end-to-end/assessed-in-reverse.test.ts: says last what the record says now",
  ],
  [
    "A rollback that CodeDeploy reports as a new successful deployment",
    1409,
    `${UNIT}/corpus.test.ts: counts none of the three failed deployments as success`,
  ],
  ["A deployment whose commit cannot be resolved", 318, 426, 1421, 1425, 1427, 1429],
  [
    "Evidence that came after the verdict: then and now are both kept",
    528,
    529,
    "test/evidence/assess.test.ts: can be made again from what the record held at its instant",
  ],
  ["Squash, rebase and merge queue", 512, 513, 514, 606, 612, 909],
);

const STEPS = section(
  "step",
  "ENG-PROC-003",
  ["1: a ticket documents the change", 301, 302, `${RULES}: is linked or not`],
  ["1: a feature branch was made for it", `${RULES}: is another than the one it was merged to`],
  [
    "2: a pull request with the template filled in, its security checklist included",
    `${RULES}: is there, with the sections that are asked for`,
    `${RULES}: has something checked in one of them`,
  ],
  ["3: a qualified peer's approval of the merged head", 414, 415, `${RULES}: is of the merged head, by a person of one of the roles`],
  [
    "4: the security team's approval where the change touches what is sensitive",
    1001,
    1002,
    1006,
    `${RULES}: of the security team is asked for what is security-relevant`,
  ],
  ["5: QA's tests in staging, signed off", 901, 910, 918],
  ["6: the lead's final approval, which authorises the deployment", 1102, 1103],
  ["Each step maps to its controls as the procedure's own table does", `${CONTROLS}: maps the procedure's steps as its own table does`],
  [
    "A company writes its own from the same blocks",
    `${RULES}: has every box checked, where that is asked for`,
    `${RULES}: is the back-out plan too, where a procedure asks for it`,
  ],
);

const TYPES = section(
  "type",
  "Change types and change records",
  ["Normal is what nothing calls otherwise", 1316, 1508],
  [
    "Standard: each fulfilled request of the Service Catalog makes a record of its item and version",
    1501,
    "test/end-to-end/records-and-incidents.test.ts: make a standard change of a request to the Service Catalog",
  ],
  ["Emergency: bound to an incident, let go ahead by an authoriser, reviewed in time", 1301, 1302, 1304, 1306],
  [
    "How a change gets its type is on record and judged itself",
    1313,
    1314,
    `${UNIT}/dossier-type.test.ts: makes a normal change, which is founded, where it is said only after the release`,
  ],
  [
    "A record says what changed, how it was tested and reviewed, the way back and how it went",
    "test/evidence/summary.test.ts: tells a change's story in the order of the senders' clocks",
    "test/evidence/judgement.test.ts: says what was required, what was found, what is missing",
  ],
  ["Tested before production; approval first, the rest is automated", 908, 1102, 1204],
  ["What does not have the desired outcome is rolled back to a known good state, or fixed forward", 1409, 1412, 1414],
  [
    "Incidents and requests come from other systems",
    1311,
    1312,
    "test/sources/servicenow.test.ts: becomes the change's record",
    "test/sources/pagerduty.test.ts: becomes an incident",
  ],
  [
    "Exceptions to the standard are asked for and recorded; the finding stays",
    `${UNIT}/assess.test.ts: carry a waiver that was in force when the change went out, and stay`,
  ],
);

const POLICY = section(
  "policy",
  "Development and operations policy, and the controls",
  [
    "No health information, no prose of anybody's, gets into an entry",
    "test/sources/prose.test.ts: gets into no entry",
    "test/sources/jira.test.ts: follows changes of configured fields",
  ],
  ["Changes to systems are changes: what no pull request explains is judged too", 1421, 1422, 602],
  [
    "CC8.1: each of the fifteen points of focus is there and evidenced",
    `${CONTROLS}: holds every reference of the requirement`,
    `${CONTROLS}: says of every control what evidences it`,
  ],
  [
    "… for a change",
    `${UNIT}/assess.test.ts: never shows a control as satisfied that nothing evidences`,
    `${UNIT}/controls.test.ts: is the worst of what evidences it`,
  ],
  ["… and for a period", `${UNIT}/period-rules.test.ts: count each outcome, take the worst, and name the changes`],
  [
    "Confidential and personal information: by the security checklist and the security review",
    1001,
    1002,
    `${RULES}: is there, with the sections that are asked for`,
  ],
  ["ISO 27001 in both numberings", `${UNIT}/controls.test.ts: is named both ways of ISO's two numberings`],
  [
    "HITRUST by the procedure's references and by its own categories",
    `${UNIT}/controls.test.ts: is named by HITRUST's own categories, and evidenced alike`,
  ],
  ["CHI SR80 to SR82, HIPAA's two", `${CONTROLS}: holds every reference of the requirement`],
  [
    "What the ledger cannot speak to is shown as not evidenced here, never as satisfied",
    `${UNIT}/controls.test.ts: is nothing of a control that the ledger cannot speak to`,
    `${UNIT}/period-rules.test.ts: stand in the catalogue's order; what nothing evidences says so`,
  ],
);

const BUILD = section(
  "build",
  "What was to be built",
  [
    "1. Configuration as data, with its published schema",
    `${UNIT}/configuration.test.ts: is what docs/change-ledger.config.schema.json says`,
    "test/cli/config.test.ts: prints the schema that is published",
  ],
  [
    "1. Each version in force is an entry; verdicts name theirs",
    "test/evidence/assess.test.ts: opens and resolves what it changes, and names its version",
    "test/end-to-end/records-and-incidents.test.ts: hold the configuration's very text in the archive",
  ],
  [
    "1. One person, many accounts; roles, teams, bots, repositories, tickets, catalogue, emergencies, waivers",
    `${UNIT}/configuration-in-force.test.ts: comes with roles, teams and what a bot need not`,
    430,
    411,
  ],
  ["2. The six steps; procedures are data", `${UNIT}/document.test.ts: is what the sheets, the procedure and the catalogue say`],
  ["2. QA's sign-off by review, check, staging, ticket, or an attested event", 901, 913, 915, 917, 918, 919],
  ["3. Change types", 1301, 1314, 1501],
  [
    "4. Eighteen tests, each with a sheet from which the documentation is made",
    `${UNIT}/document.test.ts: are of T1 to T18, in order`,
    `${UNIT}/document.test.ts: says everything`,
  ],
  [
    "4. Pure: the same for the same inputs; each verdict names the entries it rests on",
    `${UNIT}/assess.test.ts: is plain JSON that RFC 8785 can write`,
    `${UNIT}/assess.test.ts: rests on entries of the dossier alone`,
  ],
  [
    "4. Fail-closed: of nothing nothing is satisfied",
    `${UNIT}/assess.test.ts: of nothing satisfies nothing`,
    `${UNIT}/assess.test.ts: satisfies nothing that needs to know somebody`,
  ],
  ["5. The control catalogue, both ways", `${UNIT}/document.test.ts: has each id once, and cross-references that there are`],
  [
    "6. Judged again on each new entry; findings opened and resolved are entries, and cause nothing",
    "test/evidence/assess.test.ts: says what is wrong once, and nothing more",
    "test/end-to-end/assessed.test.ts: never because of its own words",
  ],
  ["6. As known then and as known now", 528, 529],
  [
    "6. What is overdue becomes a finding when its time is up",
    "test/end-to-end/deadlines.test.ts: become findings when their time is up, though nothing happens",
  ],
  ["6. Findings go out on the bus", "test/end-to-end/assessed.test.ts: tells the bus of each finding that opens and resolves"],
  [
    "7. Lapses of rule sets and protection, inferred bypass, emergencies' share",
    1702,
    1705,
    402,
    `${UNIT}/period.test.ts: flags a share of emergencies over the limit`,
  ],
  [
    "7. Unseen code: exactly the commits that no approver's revision covered",
    `${UNIT}/period.test.ts: is what the only approver wrote`,
    `${UNIT}/period.test.ts: is what came with the merge and is no pull request's`,
    "test/api/unseen-code.test.ts: of a period is told change by change",
  ],
  [
    "8. Which commit is in what was deployed, each proof with its strength; unresolved stays unresolved",
    1420,
    1425,
    1426,
    1427,
    1428,
    1429,
    `${UNIT}/revision.test.ts: is the strongest claim's, with its strength`,
    "test/end-to-end/artifacts.test.ts: is resolved by the labels of the image",
  ],
  [
    "9. ServiceNow, PagerDuty and the Service Catalog are sources",
    "test/sources/servicenow.test.ts: reads values as text, as pairs and as plain JSON alike",
    "test/sources/pagerduty.test.ts: becomes an incident",
    "test/end-to-end/records-and-incidents.test.ts: are taken, and on record once however often they come",
  ],
);

const HOLDS = section(
  "holds",
  "What must hold",
  [
    "Each test with every outcome that it can have",
    "test/scenarios/scenarios.test.ts: show every audit test with each outcome that it can have",
  ],
  [
    "In original order, shuffled and doubled the verdicts are the same",
    "test/scenarios/scenarios.test.ts: gives them in every order of arrival, and when everything comes twice",
  ],
  [
    "cargo: four eyes wanting in exactly the twelve, each for its reason",
    `${UNIT}/corpus.test.ts: finds four eyes wanting in exactly the twelve`,
  ],
  [
    "cargo: no ticket for exactly those without; no direct push",
    `${UNIT}/corpus.test.ts: finds no ticket for exactly the changes that have none`,
    `${UNIT}/corpus.test.ts: finds no direct push`,
  ],
  [
    "cargo: three failed deployments, each rollback judged by what it put back",
    `${UNIT}/corpus.test.ts: counts none of the three failed deployments as success`,
  ],
  [
    "A wrong configuration is refused with file, line and reason",
    "test/cli/config.test.ts: names file, line, column and reason of each fault",
    `${UNIT}/configuration-faults.test.ts: is one that both name, in one system`,
  ],
  [
    "A bad configuration changes no verdict; a finding says that it is bad",
    "test/evidence/assess.test.ts: that is bad changes no verdict",
    "test/end-to-end/assessed.test.ts: keeps the last good configuration when a bad one is offered, and says so",
  ],
);

export const REST: readonly Section[] = [TRAPS, STEPS, TYPES, POLICY, BUILD, HOLDS];
