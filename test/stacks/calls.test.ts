import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { expect, it } from "vitest";
import { FUNCTIONS, type FunctionName } from "../../stacks/definitions.ts";
import type { PolicyDocument } from "../../stacks/policies.ts";
import { principalOf } from "./iam.ts";
import { outputOf, TYPES } from "./read.ts";
import { describeStacks, synth } from "./synth.ts";

const root = join(import.meta.dirname, "../..");
const sourceOf = (name: FunctionName) => join(root, `${FUNCTIONS[name].handler.replace(/\.[^.]+$/, "")}.ts`);

/** The IAM action of each command; a command that is not here fails the test that finds it. */
const ACTIONS: Readonly<Record<string, string>> = {
  GetItem: "dynamodb:GetItem",
  BatchGetItem: "dynamodb:BatchGetItem",
  Query: "dynamodb:Query",
  PutItem: "dynamodb:PutItem",
  UpdateItem: "dynamodb:UpdateItem",
  BatchWriteItem: "dynamodb:BatchWriteItem",
  Scan: "dynamodb:Scan",
  GetObject: "s3:GetObject",
  HeadObject: "s3:GetObject",
  PutObject: "s3:PutObject",
  DeleteObject: "s3:DeleteObject",
  DeleteObjects: "s3:DeleteObject",
  ListObjectsV2: "s3:ListBucket",
  Sign: "kms:Sign",
  GetPublicKey: "kms:GetPublicKey",
  PutEvents: "events:PutEvents",
  SendMessageBatch: "sqs:SendMessage",
  GetQueueAttributes: "sqs:GetQueueAttributes",
  BatchGetDeployments: "codedeploy:BatchGetDeployments",
  ListApplications: "codedeploy:ListApplications",
  ListDeploymentGroups: "codedeploy:ListDeploymentGroups",
  ListDeployments: "codedeploy:ListDeployments",
  ListRecordHistory: "servicecatalog:ListRecordHistory",
  GetDeployment: "codedeploy:GetDeployment",
  ListDeploymentTargets: "codedeploy:ListDeploymentTargets",
  BatchGetDeploymentTargets: "codedeploy:BatchGetDeploymentTargets",
  DescribeServices: "ecs:DescribeServices",
  ListServiceDeployments: "ecs:ListServiceDeployments",
  DescribeServiceDeployments: "ecs:DescribeServiceDeployments",
  DescribeServiceRevisions: "ecs:DescribeServiceRevisions",
  DescribeTaskDefinition: "ecs:DescribeTaskDefinition",
  BatchGetImage: "ecr:BatchGetImage",
  GetDownloadUrlForLayer: "ecr:GetDownloadUrlForLayer",
  GetFunctionConfiguration: "lambda:GetFunctionConfiguration",
  ListTags: "lambda:ListTags",
};
const PARTIQL: Readonly<Record<string, string>> = {
  "INSERT INTO": "dynamodb:PartiQLInsert",
  UPDATE: "dynamodb:PartiQLUpdate",
  "DELETE FROM": "dynamodb:PartiQLDelete",
  SELECT: "dynamodb:PartiQLSelect",
};

/** In the bundle because its adapter is one object, but another function's to call. */
const NOT_CALLED: Readonly<Partial<Record<FunctionName, readonly string[]>>> = {
  webhook: ["s3:GetObject"], // reads of the inbox: ingest
  link: ["dynamodb:BatchGetItem"], // many links at once: seal
  // Writes of models and links: project, link; of the log: sequence, reconcile.
  seal: ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:PartiQLUpdate", "dynamodb:BatchWriteItem", "s3:DeleteObject"],
  assess: ["dynamodb:PutItem", "dynamodb:PartiQLUpdate"], // writes of models and links: project, link
  // The same, and of the ledger and the log.
  api: [
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:PartiQLInsert",
    "dynamodb:PartiQLUpdate",
    ...["dynamodb:BatchWriteItem", "s3:PutObject", "s3:DeleteObject"],
  ],
  // Writes of the ledger and the log.
  health: [
    ...["dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate", "dynamodb:UpdateItem"],
    ...["dynamodb:BatchWriteItem", "s3:PutObject", "s3:DeleteObject"],
  ],
  sequence: ["dynamodb:PartiQLInsert", "dynamodb:Scan"], // writes of the ledger: ingest and others; all of it: reconcile
  reconcile: ["dynamodb:PartiQLInsert"],
  // Writes of the ledger and the log; markers: ingest; the lock row: sequence.
  population: [
    ...["dynamodb:BatchWriteItem", "dynamodb:GetItem", "dynamodb:PartiQLInsert", "dynamodb:PutItem"],
    ...["s3:PutObject", "s3:DeleteObject"],
  ],
  // Writes of the ledger: ingest and others; of the read models: project.
  reconcileSenders: ["dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate", "dynamodb:UpdateItem"],
};

/** What Lambda's event sources, the log and the tracer need, and what a call needs beside its own action. */
const BESIDE =
  /^(logs|xray):|^sqs:(ReceiveMessage|DeleteMessage|ChangeMessageVisibility|GetQueueAttributes)$|^dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams)$|^s3:(PutObjectRetention|GetObjectRetention|GetObjectVersion)$/;

/** Actions that the code of a function needs, by the commands that are left in it once it is bundled. */
function calledBy(name: FunctionName): string[] {
  const { outputFiles } = buildSync({
    entryPoints: [sourceOf(name)],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    absWorkingDir: root,
    external: ["@aws-sdk/*", "@aws-lambda-powertools/*", "@middy/*", "@octokit/*", "zod"],
  });
  const code = outputFiles[0]?.text ?? "";
  const commands = [...code.matchAll(/new (\w+)Command\(/g)].map(([, command]) => String(command));
  const statements = [...code.matchAll(/`(INSERT INTO|UPDATE|DELETE FROM|SELECT) /g)].map(([, verb]) => PARTIQL[String(verb)] ?? "");
  const actions = commands.flatMap((command) => {
    if (/^(Batch)?ExecuteStatement$/.test(command)) return statements;
    const action = ACTIONS[command];
    if (action === undefined) throw new Error(`${name} calls ${command}: say which IAM action that is`);
    return action;
  });
  return [...new Set(actions)].filter((action) => !BESIDE.test(action) && !NOT_CALLED[name]?.includes(action)).toSorted();
}

describeStacks("calls", () => {
  for (const name of Object.keys(FUNCTIONS) as FunctionName[]) {
    it.runIf(existsSync(sourceOf(name)))(`of ${name} are just those that its role allows`, async () => {
      const s = await synth("production");
      const role = s.get(TYPES.role, `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Role`);
      // Lambda itself tells the stream's dead letters, in the function's name.
      const deadLetters = outputOf(s, "queue", "StreamDlqQueue");
      const granted = principalOf(role).policies.flatMap(({ policy }) =>
        (policy as PolicyDocument).Statement.filter(({ Resource }) => [Resource].flat().join() !== deadLetters).flatMap(
          ({ Action }) => Action,
        ),
      );
      expect([...new Set(granted)].filter((action) => !BESIDE.test(action)).toSorted()).toEqual(calledBy(name));
    });
  }
});
