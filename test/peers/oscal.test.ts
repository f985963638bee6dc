import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { at, makeQueryWorld } from "../api/query-world.ts";
import { pythonTools } from "./python-tools.ts";

const tools = pythonTools("compliance-trestle==5.2.0");
const READER = { event: { requestContext: { authorizer: { jwt: { claims: { sub: "x", scope: "ledger:read" }, scopes: null } } } } };

/** Reads documents as their models have them, which take nothing that the schema does not know, and says of each what it holds or why it is none. */
const READ = [
  "import sys, json",
  "from pathlib import Path",
  "from argparse import Namespace",
  "from trestle.oscal.assessment_results import AssessmentResults",
  "from trestle.core.validator_factory import validator_factory",
  "def said(file):",
  "    try:",
  "        results = AssessmentResults.oscal_read(Path(file))",
  "    except Exception as error:",
  "        return 'refused'",
  "    for name in ['duplicates', 'refs']:",
  "        if not validator_factory.get(Namespace(mode=name, quiet=True)).model_is_valid(results, True): return name",
  "    return [len(results.results[0].findings or []), len(results.results[0].observations or [])]",
  "print(json.dumps([said(file) for file in sys.argv[1:]]))",
].join("\n");

const PERIOD = `from=${at(0)}&to=${at(59)}`;
const READ_WELL = [
  `/v1/controls?${PERIOD}`,
  `/v1/controls?${PERIOD}&limit=1&control=soc2`,
  `/v1/controls?from=${at(58)}&to=${at(59)}`,
  "/v1/findings?",
  "/v1/findings?state=resolved",
  "/v1/changes?",
  `/v1/changes?as-of=${at(6)}&outcome=not-satisfied`,
];

describe(typeof tools === "string" ? `compliance-trestle: ${tools}` : "compliance-trestle", () => {
  const folder = mkdtempSync(join(tmpdir(), "oscal-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.skipIf(typeof tools === "string")("reads controls and findings over a period, and changes, and refuses what is none", async () => {
    if (typeof tools === "string") return;
    const world = await makeQueryWorld({ atOnce: true });
    const documents = await Promise.all(
      READ_WELL.map(
        async (path) => (await (await world.app.request(`${path}&format=oscal`, {}, READER)).json()) as { "assessment-results": object },
      ),
    );
    const [some = { "assessment-results": {} }] = documents;
    const refused = [
      { "assessment-results": { ...some["assessment-results"], uuid: undefined } },
      { "assessment-results": { ...some["assessment-results"], surprise: 1 } },
    ];
    const files = [...documents, ...refused].map((document, n) => {
      const file = join(folder, `${n}.json`);
      writeFileSync(file, JSON.stringify(document));
      return file;
    });
    const { code, output } = tools.run("python", "-c", READ, ...files);
    expect([code, JSON.parse(output.trim().split("\n").at(-1) ?? "")]).toEqual([
      0,
      [
        [expect.any(Number), expect.any(Number)],
        [expect.any(Number), expect.any(Number)],
        [0, 0],
        [1, 1],
        [1, 1],
        [2, 1],
        [1, 1],
        "refused",
        "refused",
      ],
    ]);
    expect(JSON.parse(output)[0][0]).toBeGreaterThan(10);
  });
});
