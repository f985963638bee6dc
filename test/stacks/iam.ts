/** Asks an IAM simulator, which others wrote, what a principal of the synthesised app may do. */
import { runSimulation } from "@cloud-copilot/iam-simulate";
import type { PolicyDocument } from "../../stacks/policies.ts";
import { ACCOUNT } from "./cloud.ts";
import type { Resource } from "./engine.ts";
import { outputOf, parsed, policyOf, TYPES } from "./read.ts";
import type { Synth } from "./synth.ts";

export interface Principal {
  /** The role's ARN. Its sessions have another, but `aws:PrincipalArn` is this. */
  readonly arn: string;
  readonly policies: readonly { readonly name: string; readonly policy: unknown }[];
}

export interface Target {
  readonly arn: string;
  readonly policy?: PolicyDocument;
}

/** A role of the app with all its policies. Throws when it has any that the synth does not show in full. */
export function principalOf(role: Resource): Principal {
  const { inlinePolicies, managedPolicyArns, outputsArn } = { ...role.inputs, outputsArn: role.outputs["arn"] } as {
    inlinePolicies?: { name: string; policy: string }[];
    managedPolicyArns?: string[];
    outputsArn: string;
  };
  if (managedPolicyArns?.length) throw new Error(`${role.name} holds managed policies, which cannot be simulated: ${managedPolicyArns}`);
  return {
    arn: outputsArn,
    policies: (inlinePolicies ?? []).map((inline) => ({ name: inline.name, policy: parsed({ ...inline }, "policy") })),
  };
}

/** All roles of the app, by logical name. */
export function rolesOf(s: Synth): Map<string, Principal> {
  return new Map(s.all(TYPES.role).map((role) => [role.name, principalOf(role)]));
}

export function named(roles: ReadonlyMap<string, Principal>, name: string): Principal {
  const role = roles.get(name);
  if (!role) throw new Error(`no role ${name}; there are ${[...roles.keys()]}`);
  return role;
}

/** An administrator of the account. */
export const ADMIN: Principal = {
  arn: `arn:aws:iam::${ACCOUNT}:role/Admin`,
  policies: [
    { name: "AdministratorAccess", policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] } },
  ],
};

/** The things that permissions are about, each with its own policy. */
export function targets(s: Synth) {
  const ledger = { arn: outputOf(s, "table", "LedgerTable"), policy: policyOf(s.get(TYPES.tablePolicy, "LedgerPolicy")) };
  const models = { arn: outputOf(s, "table", "ModelsTable") };
  const log = { arn: outputOf(s, "table", "LogTable"), policy: policyOf(s.get(TYPES.tablePolicy, "LogPolicy")) };
  const logBucket = { arn: outputOf(s, "bucket", "LogFiles"), policy: policyOf(s.get(TYPES.bucketPolicy, "LogFilesPolicy")) };
  const archive = { arn: outputOf(s, "bucket", "Archive"), policy: policyOf(s.get(TYPES.bucketPolicy, "ArchivePolicy")) };
  const inbox = { arn: outputOf(s, "bucket", "InboxBucket"), policy: policyOf(s.get(TYPES.bucketPolicy, "InboxPolicy")) };
  const object = (bucket: Target, key: string): Target => ({ ...bucket, arn: `${bucket.arn}/${key}` });
  return {
    ledger,
    ledgerStream: { arn: outputOf(s, "table", "LedgerTable", "streamArn") },
    models,
    modelsIndex: { arn: `${models.arn}/index/gsi1` },
    log,
    logBucket,
    checkpoint: object(logBucket, "checkpoint"),
    archive,
    segment: object(archive, "segments/2026/11/21/ab.warc.gz"),
    evidence: object(archive, "evidence/cargo/123/ab.zip"),
    fullTile: object(archive, "log/tile/0/x001/x234/067"),
    hour: object(archive, "log/hours/2026/11/21/22"),
    elsewhere: object(archive, "elsewhere"),
    inbox: object(inbox, "ab"),
    foundInbox: object(inbox, "found/2026-11-21/ab"),
    revision: { arn: "arn:aws:s3:::acme-revisions/app.zip" },
    service: { arn: `arn:aws:ecs:eu-central-1:${ACCOUNT}:service/default/shop` },
    serviceDeployment: { arn: `arn:aws:ecs:eu-central-1:${ACCOUNT}:service-deployment/default/shop/NCWGC2ZR` },
    serviceRevision: { arn: `arn:aws:ecs:eu-central-1:${ACCOUNT}:service-revision/default/shop/55770` },
    image: { arn: `arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/cargo-web` },
    otherImage: { arn: `arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/other` },
    payFunction: { arn: `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:pay` },
    payVersion: { arn: `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:pay:7` },
    bus: { arn: outputOf(s, "bus", "BusBus"), policy: policyOf(s.get(TYPES.busPolicy, "BusPolicy")) },
    ingestQueue: queue(s, "Ingest"),
    lookupQueue: queue(s, "Lookup"),
    linkQueue: queue(s, "Link"),
    sealQueue: queue(s, "Seal"),
    assessQueue: queue(s, "Assess"),
    ingestDlq: deadLetters(s, "Ingest"),
    targetDlq: deadLetters(s, "Target"),
    streamDlq: deadLetters(s, "Stream"),
    noteKey: key(s, "NoteKey"),
    nextNoteKey: key(s, "NoteKey2"),
    envelopeKey: key(s, "EnvelopeKey"),
  } satisfies Record<string, Target>;
}

export type Targets = ReturnType<typeof targets>;

function queue(s: Synth, name: string): Target {
  return { arn: outputOf(s, "queue", `${name}WorkQueue`), policy: policyOf(s.get(TYPES.queuePolicy, `${name}Policy`)) };
}

function deadLetters(s: Synth, name: string): Target {
  return { arn: outputOf(s, "queue", `${name}DlqQueue`), policy: policyOf(s.get(TYPES.queuePolicy, `${name}DlqPolicy`)) };
}

function key(s: Synth, name: string): Target & { readonly policy: PolicyDocument } {
  const keyPolicy = s.get(TYPES.keyPolicy, `${name}Policy`);
  if (keyPolicy.inputs["keyId"] !== outputOf(s, "key", name, "keyId")) throw new Error(`${name}Policy is another key's`);
  return { arn: outputOf(s, "key", name), policy: policyOf(keyPolicy) };
}

/** True when IAM would let `principal` do `action` on `target`. Throws when the simulator refuses the question. */
export async function may(
  principal: Principal,
  action: string,
  target: Target,
  context: Readonly<Record<string, string | string[]>> = {},
): Promise<boolean> {
  const account = principal.arn.split(":")[4] ?? "";
  const answer = await runSimulation(
    {
      request: {
        principal: principal.arn,
        action,
        resource: { resource: target.arn, accountId: ACCOUNT },
        contextVariables: {
          "aws:PrincipalArn": principal.arn,
          "aws:PrincipalAccount": account,
          "aws:PrincipalIsAWSService": "false",
          "aws:SecureTransport": "true",
          ...context,
        },
      },
      identityPolicies: principal.policies.map(({ name, policy }) => ({ name, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: target.policy,
    },
    {},
  );
  if (answer.resultType === "error") throw new Error(`${action} on ${target.arn}: ${JSON.stringify(answer.errors)}`);
  return answer.overallResult === "Allowed";
}
