import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMONSTRATION_SECRETS, DEMONSTRATION_SETTINGS, demonstrationEvents } from "../../packages/local/demonstration/index.ts";
import { addDeployments, putObjects } from "../../packages/local/kept-demonstration.ts";
import { bearer } from "../../packages/local/token.ts";
import { send } from "../end-to-end/played.ts";
import { type Running, run } from "../end-to-end/running.ts";
import { pythonTools } from "./python-tools.ts";

const TOKEN = "a-token-for-requests-that-nobody-would-make";
/**
 * What it holds an answer against: the document, whatever was asked. That a request which the schema allows is taken is not asked for: an id, a cursor and a tile's path
 * follow rules that JSON Schema does not say, and a wrong one is answered with 400.
 */
const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
  "negative_data_rejection",
  "unsupported_method",
  "allow_header_conformance",
  "ignored_auth",
];

/** What a request that breaks the document may be answered with: besides the usual, that its line is too long to be read at all. */
const CONFIGURATION = `[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "413", "415", "431"]
`;

const tools = pythonTools("schemathesis==4.32.5");
if (typeof tools === "string") console.warn(`test/peers/schemathesis.test.ts: skipped, ${tools}`);

describe.skipIf(typeof tools === "string")("Schemathesis, which reads the document and asks what nobody would", () => {
  const told = demonstrationEvents("2026-03-02T08:00:00.000Z");
  const folder = mkdtempSync(join(tmpdir(), "change-ledger-schemathesis-"));
  let running: Running;

  beforeAll(async () => {
    running = await run({ secrets: DEMONSTRATION_SECRETS, settings: DEMONSTRATION_SETTINGS, authorize: bearer(TOKEN) });
    addDeployments(running.stack, told);
    await putObjects(running.stack, told);
    await send(
      running,
      told.scenarios.slice(0, 4).flatMap(({ events }) => events),
    );
    await running.stack.quiet();
    await running.stack.fire("hour");
    writeFileSync(join(folder, "schemathesis.toml"), CONFIGURATION);
  });
  afterAll(async () => {
    await running?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("finds no fault of ours, nothing that the document does not say, and no way in without the token", { timeout: 180_000 }, async () => {
    if (typeof tools === "string") return;
    const given = [
      ...["run", `${running.stack.url}/openapi.json`, "--header", `Authorization: Bearer ${TOKEN}`],
      ...["--checks", CHECKS.join(","), "--phases", "examples,coverage,fuzzing", "--max-examples", "5", "--generation-deterministic"],
      ...[
        "--suppress-health-check",
        "all",
        "--warnings",
        "off",
        "--continue-on-failure",
        "--no-shrink",
        "--max-redirects",
        "0",
        "--no-color",
      ],
    ];
    const ended = await promisify(execFile)(tools.path("schemathesis"), given, {
      cwd: folder,
      timeout: 170_000,
      maxBuffer: 64 * 1024 * 1024,
    }).then(
      ({ stdout }) => ({ code: 0, output: stdout }),
      (error: { code: unknown; stdout: string; stderr: string }) => ({ code: error.code, output: `${error.stdout}${error.stderr}` }),
    );
    expect(ended, ended.output.slice(-20_000)).toMatchObject({ code: 0 });
    // It did look.
    const [, cases] = /(\d+) generated/.exec(ended.output) ?? [];
    expect(Number(cases)).toBeGreaterThan(500);
  });
});
