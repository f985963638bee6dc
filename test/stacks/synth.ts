/**
 * The real sst.config.ts, run as the SST CLI runs it, against Pulumi's mocks instead of an engine and a cloud. Offline; every resource's
 * final inputs come out.
 */
import crypto from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { describe, vi } from "vitest";
import { ACCOUNT, type Properties } from "./cloud.ts";
import { mockEngine, type Resource } from "./engine.ts";
import { collectFailures, settle, trackApplies } from "./settle.ts";

const root = join(import.meta.dirname, "../..");
const platform = join(root, ".sst/platform");

export interface Synth {
  readonly app: Properties;
  readonly resources: readonly Resource[];
  readonly outputs: Properties;
  /** Arguments of each function's build. */
  readonly builds: readonly Properties[];
  all(type: string): Resource[];
  /** The only resource of this type and logical name; throws when there is none, or more. */
  get(type: string, name: string): Resource;
}

/** What the tests deploy with. */
const CONFIG = {
  LEDGER_JWT_ISSUER: "https://issuer.example.com/",
  LEDGER_JWT_AUDIENCE: "ledger",
  LEDGER_LOG_ORIGIN: "ledger.example/acme",
  // A key that is being replaced, and one of an earlier deployment.
  LEDGER_NOTE_KEYS: JSON.stringify([
    {
      key: "ledger.example/acme+ef1a1e39+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c",
      from: "2026-01-01T00:00:00Z",
      until: "2026-06-01T00:00:00Z",
    },
    { from: "2026-06-01T00:00:00Z", until: "2027-06-01T00:00:00Z" },
    { from: "2027-05-01T00:00:00Z" },
  ]),
  LEDGER_EVENT_ACCOUNTS: "210987654321",
  LEDGER_CONFIGURATION_ROLES: `arn:aws:iam::${ACCOUNT}:role/ConfigurationAdmin`,
  LEDGER_REVISION_BUCKETS: "acme-revisions",
  LEDGER_ARTIFACTS: `arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/cargo*,arn:aws:lambda:eu-central-1:${ACCOUNT}:function:pay`,
  LEDGER_ALARM_EMAIL: "oncall@example.com",
  LEDGER_SETTINGS: '{"jira":{}}',
  SST_SECRET_IdentityKey: "identity-key-of-the-tests",
  SST_SECRET_GithubWebhookSecrets: "current previous",
} as const;

/** Asked for in one stage and not in the other. */
const NOTIFIED = { LEDGER_NOTIFY: "topic,slack", SST_SECRET_SlackWebhook: "https://hooks.slack.example.com/services/T/B/x" } as const;

const hasBinary = (() => {
  try {
    createRequire(import.meta.url).resolve(`sst-${process.platform}-${process.arch}/bin/sst`);
    return true;
  } catch {
    return false;
  }
})();

/** Skips, loudly, only where SST has no program for the platform; a platform that should be there and is not fails. */
export const describeStacks: (name: string, body: () => void) => void = (name, body) => {
  if (hasBinary) return describe(name, body);
  console.warn(`skipped: ${name}: sst has no program for ${process.platform}-${process.arch}`);
  describe.skip(name, body);
};

/** Files share a process: a stage is synthesised once for all of them. */
function shared(): Map<string, Promise<Synth>> {
  const place = globalThis as { synthesised?: Map<string, Promise<Synth>> };
  place.synthesised ??= new Map();
  return place.synthesised;
}
const memo = shared();
let queue: Promise<unknown> = Promise.resolve();

/** The app of `stage` as the engine would be asked to build it. */
export function synth(stage: string): Promise<Synth> {
  const known = memo.get(stage);
  if (known) return known;
  // One after the other: Pulumi's runtime is global.
  const made = queue.then(() => run(stage));
  queue = made.catch(() => undefined);
  memo.set(stage, made);
  return made;
}

async function run(stage: string): Promise<Synth> {
  if (!existsSync(join(platform, ".ready"))) throw new Error("no .sst/platform: run `node stacks/sst-platform.mjs`");
  const work = mkdtempSync(join(tmpdir(), "sst-synth-"));
  const before = { env: { ...process.env }, cwd: process.cwd(), randomBytes: crypto.randomBytes };
  const failures = collectFailures();
  const applies = trackApplies();
  try {
    Object.assign(process.env, CONFIG, stage === "test" ? NOTIFIED : {});
    Object.assign(crypto, { randomBytes: (length: number) => Buffer.alloc(length) }); // the same physical names each time
    vi.resetModules(); // SST keeps names and transforms in its modules
    const engine = await mockEngine(stage, failures.errors);
    const { app, program, builds } = await loadApp(stage, work);
    const outputs = await settle(program, applies.state, () => engine.activity() + builds.length, failures.errors);
    const all = (type: string) => engine.resources.filter((resource) => resource.type === type);
    return {
      app,
      resources: engine.resources,
      outputs,
      builds,
      all,
      get(type, name) {
        const [found, ...more] = all(type).filter((resource) => resource.name === name);
        if (found && more.length === 0) return found;
        throw new Error(`${type} ${name}: expected one; there are ${all(type).map((resource) => resource.name)}`);
      },
    };
  } finally {
    applies.restore();
    failures.restore();
    Object.assign(crypto, { randomBytes: before.randomBytes });
    for (const name of [...Object.keys(CONFIG), ...Object.keys(NOTIFIED)]) {
      const value = before.env[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    process.chdir(before.cwd);
    // Not now: after a failure Pulumi is still reading from it.
    process.once("exit", () => rmSync(work, { recursive: true, force: true }));
  }
}

interface Config {
  app(input: { stage: string }): Properties;
  run(): Promise<Properties>;
}
interface RpcArgs extends Properties {
  handler?: string;
  functionID?: string;
}

/** Puts in place what the CLI injects, and its side of the RPC; answers the program. */
async function loadApp(stage: string, work: string) {
  const source = (file: string): Promise<unknown> => import(/* @vite-ignore */ join(platform, "src", file));
  const builds: Properties[] = [];
  Object.assign(globalThis, {
    $config: (config: unknown) => config,
    $dev: false,
    $cli: { command: "diff", dev: false, rpc: "", paths: { home: work, root, work, platform }, state: { version: {} } },
  });
  const { default: config } = (await import(/* @vite-ignore */ join(root, "sst.config.ts"))) as { default: Config };
  const app = config.app({ stage });
  Object.assign(globalThis, { $app: { ...app, stage } });
  Object.assign(globalThis, await source("shim/run.js"));
  const components = (await source("components/index.ts")) as { aws: { Bus: { prototype: unknown } } };
  Object.assign(globalThis, { aws: await import("@pulumi/aws"), sst: components });
  if (!(components.aws.Bus.prototype instanceof pulumi.ComponentResource)) throw new Error("SST loaded another copy of @pulumi/pulumi");

  const { rpc } = (await source("components/rpc/rpc.ts")) as { rpc: { call: (method: string, args: RpcArgs) => Promise<unknown> } };
  rpc.call = async (method, args) => {
    if (method === "Provider.Aws.Bootstrap")
      return { asset: "sst-asset-test", assetEcrRegistryId: ACCOUNT, assetEcrUrl: "", state: "sst-state-test" };
    if (method !== "Runtime.Build") throw new Error(`no answer for the CLI call ${method}`);
    const out = join(work, "bundle", String(args.functionID));
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, "bundle.mjs"), "");
    builds.push(args);
    return { handler: args.handler, out, errors: [], sourcemaps: [] };
  };
  const { run: runProgram } = (await source("auto/run.ts")) as { run: (program: () => Promise<unknown>) => Promise<Properties> };
  return { app, builds, program: () => pulumi.runtime.runInPulumiStack(() => runProgram(config.run)) as Promise<Properties | undefined> };
}
