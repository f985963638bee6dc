import { appendFileSync, copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { formatVerifierKey } from "../../packages/log/index.ts";
import { ORIGIN, trialEnvelopeSigner } from "../evidence/sealing.ts";
import { trialSigner } from "../log/signer.ts";
import { goTool } from "./go-tool.ts";
import { pythonTools } from "./python-tools.ts";
import { filesIn, lacks, readmeCommands, runIn, type UnpackedBag, unpackBag } from "./unpacked.ts";

type Tool = "sha256sum" | "bagit" | "warcio" | "python" | "jq" | "openssl" | "cosign" | "go";

/** The README's headings, and what their commands run. Those of the verifier itself are tested with it. */
const COMMANDS: Readonly<Record<string, readonly Tool[]>> = {
  "The files are those that were sealed": ["sha256sum"],
  "The files are those that were sealed (2)": ["bagit"],
  "The raw records are whole": ["warcio"],
  "The entries are linked, and made from the records": ["python"],
  "The attestation is signed": ["jq", "cosign"],
  "The attestation is signed (2)": ["jq", "openssl", "sha256sum"],
  "The checkpoint is signed": ["jq", "openssl"],
  "The entries are in the log": ["go"],
};
const [FILES, BAG, RECORDS, ENTRIES, COSIGN, OPENSSL, CHECKPOINT, PROOFS] = Object.keys(COMMANDS) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];

const commands = readmeCommands();
const missing = new Map<Tool, string>();
const folders: string[] = [];

describe("the README's commands, run from within the bag", () => {
  let unpacked: UnpackedBag;
  beforeAll(() => {
    const machine = {
      sha256sum: lacks("sha256sum", ["--version"], /coreutils/),
      python: lacks("python3", ["--version"], /Python 3/),
      jq: lacks("jq", ["--version"], /jq-/),
      openssl: lacks("openssl", ["version"], /OpenSSL [3-9]/),
      go: lacks("go", ["version"], /go version/),
    } as const;
    for (const [tool, reason] of Object.entries(machine)) if (reason !== undefined) missing.set(tool as Tool, reason);
    const peers = { bagit: pythonTools("bagit==1.9.0"), warcio: pythonTools("warcio==1.8.1") };
    for (const [tool, peer] of Object.entries(peers))
      if (typeof peer === "string") missing.set(tool as Tool, peer);
      else folders.push(dirname(peer.path("python")));
    const cosign = goTool("github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3");
    if (typeof cosign === "string") missing.set("cosign", cosign);
    else folders.push(dirname(cosign.path));
  });
  beforeEach(() => {
    unpacked = unpackBag();
  });
  afterEach(() => unpacked.remove());

  const lacking = (title: string): string | undefined =>
    COMMANDS[title]?.map((tool) => missing.get(tool)).find((reason) => reason !== undefined);
  const run = (title: string) => runIn(unpacked.bag, commands.get(title) ?? "exit 99", folders);

  it("are all of them known here", () => {
    const verifier = [...commands].filter(([, text]) => text.includes("verify.mjs")).map(([title]) => title);
    expect([...commands.keys()].filter((title) => !verifier.includes(title))).toEqual(Object.keys(COMMANDS));
    expect(verifier).toEqual(["What you need from elsewhere"]);
  });

  it.for(Object.keys(COMMANDS))("accept a bundle: %s", { timeout: 300_000 }, (title, context) => {
    const reason = lacking(title);
    if (reason !== undefined) return context.skip(reason);
    const { code, output } = run(title);
    if (process.env["CI"] !== "true" && code !== 0 && /dial tcp|no such host|403 Forbidden/.test(output))
      return context.skip(output.slice(-200));
    expect(output).not.toMatch(/Traceback|panic/);
    expect(code, output).toBe(0);
  });

  const at = (path: string) => join(unpacked.bag, path);
  const edit = (path: string, from: string | RegExp, to: string) => {
    const text = readFileSync(at(path), "utf8");
    expect(text.replace(from, to)).not.toBe(text);
    writeFileSync(at(path), text.replace(from, to));
  };
  const trust = (from: string, to: string) => edit("../trust.json", from, to);
  const statement = (from: string, to: string) => {
    const file = JSON.parse(readFileSync(at("attestation.sigstore.json"), "utf8")) as { dsseEnvelope: { payload: string } };
    const text = Buffer.from(file.dsseEnvelope.payload, "base64").toString();
    expect(text).toContain(from);
    file.dsseEnvelope.payload = Buffer.from(text.replace(from, to)).toString("base64");
    writeFileSync(at("attestation.sigstore.json"), JSON.stringify(file));
  };
  const foreignEnvelope = trialEnvelopeSigner(2);
  const pemOf = (pem: string): string => JSON.stringify(pem).slice(1, -1);
  const proof = () => filesIn(unpacked.bag, "data/log").filter((path) => path.endsWith(".tlog-proof")) as [string, string];

  it.for<[string, string, () => void]>([
    [FILES, "an altered entry", () => edit("data/entries.jsonl", "opened", "closed")],
    [FILES, "a file less", () => rmSync(at("data/summary.html"))],
    [FILES, "an altered tag file", () => appendFileSync(at("bag-info.txt"), "Extra: 1\n")],
    [BAG, "an altered entry", () => edit("data/entries.jsonl", "opened", "closed")],
    [BAG, "an altered tag file", () => appendFileSync(at("bag-info.txt"), "Extra: 1\n")],
    [BAG, "a file more", () => writeFileSync(at("data/extra"), "")],
    [BAG, "a file less", () => rmSync(at("data/summary.html"))],
    [
      RECORDS,
      "an altered record",
      () => {
        const [path = ""] = filesIn(unpacked.bag, "data/raw");
        const bytes = readFileSync(path);
        bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
        writeFileSync(path, bytes);
      },
    ],
    [ENTRIES, "an altered entry", () => edit("data/entries.jsonl", "opened", "closed")],
    [ENTRIES, "a missing entry", () => edit("data/entries.jsonl", /^.*\n/, "")],
    [ENTRIES, "a head without a proof", () => rmSync(proof()[0])],
    [
      ENTRIES,
      "a record of another body",
      () => {
        const [one = "", two = ""] = filesIn(unpacked.bag, "data/raw");
        copyFileSync(one, two);
      },
    ],
    [COSIGN, "another tag manifest", () => appendFileSync(at("tagmanifest-sha256.txt"), "\n")],
    [COSIGN, "an altered statement", () => statement('"format":3', '"format":4')],
    [COSIGN, "another key", () => trust(pemOf(trialEnvelopeSigner(1).publicKeyPem), pemOf(foreignEnvelope.publicKeyPem))],
    [COSIGN, "another type of predicate", () => statement("evidence-bundle/v1", "evidence-bundle/v9")],
    [OPENSSL, "another tag manifest", () => appendFileSync(at("tagmanifest-sha256.txt"), "\n")],
    [OPENSSL, "an altered statement", () => statement('"format":3', '"format":4')],
    [OPENSSL, "another key", () => trust(pemOf(trialEnvelopeSigner(1).publicKeyPem), pemOf(foreignEnvelope.publicKeyPem))],
    [CHECKPOINT, "an altered checkpoint", () => edit("data/log/checkpoint", /\n([0-9]+)\n/, "\n1$1\n")],
    [CHECKPOINT, "another origin", () => trust('"origin":"ledger', '"origin":"other')],
    [CHECKPOINT, "an altered signature", () => edit("data/log/checkpoint", /(— \S+ \S{20})./, "$1_")],
    [
      CHECKPOINT,
      "a checkpoint that no known key signed",
      () => trust(formatVerifierKey(trialSigner(ORIGIN, 1).key), formatVerifierKey(trialSigner(ORIGIN, 2).key)),
    ],
    [PROOFS, "an altered checkpoint", () => edit("data/log/checkpoint", /\n([0-9]+)\n/, "\n1$1\n")],
    [
      PROOFS,
      "a checkpoint that no known key signed",
      () => trust(formatVerifierKey(trialSigner(ORIGIN, 1).key), formatVerifierKey(trialSigner(ORIGIN, 2).key)),
    ],
    [PROOFS, "a proof of another entry", () => copyFileSync(proof()[0], proof()[1])],
  ])("reject, %s: %s", { timeout: 300_000 }, ([title, , tamper], context) => {
    const reason = lacking(title);
    if (reason !== undefined) return context.skip(reason);
    tamper();
    const { code, output } = run(title);
    expect(output).not.toMatch(/not found|dial tcp/);
    expect(code, output).not.toBe(0);
    expect(code, output).not.toBe(99);
  });
});
