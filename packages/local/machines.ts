/**
 * Machines that sign their requests (AWS Signature Version 4, service `execute-api`), as API Gateway's IAM authoriser checks them: the signature is made once more, by the
 * AWS SDK's own signer, from what arrived. Keys are ready for whoever can read the data folder.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Principal } from "@change-ledger/api";
import { SignatureV4 } from "@smithy/signature-v4";
import { ACCOUNT, REGION } from "./names.ts";
import { digest } from "./token.ts";

interface ReadyMachine extends Omit<Principal, "arn"> {
  readonly name: string;
  readonly what: string;
  readonly accessKeyId: string;
}

export const READY_MACHINES: readonly ReadyMachine[] = [
  {
    name: "mirror",
    what: "copies log, ledger and evidence",
    accessKeyId: "LOCALMIRROR000000001",
    scopes: ["ledger:read", "evidence:read", "population:read"],
  },
  {
    name: "dashboard",
    what: "reads changes of the demonstration's first repository alone",
    accessKeyId: "LOCALDASHBOARD000001",
    scopes: ["ledger:read"],
    repositories: ["github/acme/01-*"],
  },
];

/** For API_PRINCIPALS: what each of them may read. */
export const LOCAL_PRINCIPALS: readonly Principal[] = READY_MACHINES.map(({ name, scopes, repositories }) => ({
  arn: arnOf(name, "*"),
  scopes,
  ...(repositories && { repositories }),
}));

function arnOf(name: string, session: string): string {
  return `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/${session}`;
}

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The keys of a ready machine: who has read the data folder's token can work them out. */
export function keyOf({ name, accessKeyId }: Pick<ReadyMachine, "name" | "accessKeyId">, folderToken: string): AccessKey {
  return { accessKeyId, secretAccessKey: createHmac("sha256", folderToken).update(`machine ${name}`).digest("base64url").slice(0, 40) };
}

/** What arrived, byte for byte. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  /** Behind the question mark. */
  readonly query: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** What the IAM authoriser tells the function (HTTP APIs, payload format 2.0). */
export interface IamCaller {
  readonly accessKey: string;
  readonly accountId: string;
  readonly callerId: string;
  readonly cognitoIdentity: null;
  readonly principalOrgId: null;
  readonly userArn: string;
  readonly userId: string;
}

/** The signer's clock and ours may differ by this. */
const SKEW_MS = 5 * 60_000;
const SERVICE = "execute-api";
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([A-Z0-9]{16,128})\/(\d{8})\/([\w-]{1,64})\/([\w-]{1,64})\/aws4_request, ?SignedHeaders=([\w;-]{1,4096}), ?Signature=([0-9a-f]{64})$/;
const DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
/** Segments that a signature would not cover as they stand. */
const UNSETTLED = /\/\/|\/\.{1,2}(?:\/|$)/;

/** Who signed the request; undefined where IAM would refuse it. */
export async function signerOf(request: SignedRequest, folderToken: string, nowMs: number): Promise<IamCaller | undefined> {
  const { method, path, query, headers, body } = request;
  const [, accessKeyId, day, region, service, names = "", signature = ""] = AUTHORIZATION.exec(headers["authorization"] ?? "") ?? [];
  const machine = READY_MACHINES.find((one) => one.accessKeyId === accessKeyId);
  const date = headers["x-amz-date"] ?? "";
  const at = Date.parse(date.replace(DATE, "$1-$2-$3T$4:$5:$6Z"));
  if (machine === undefined || region !== REGION || service !== SERVICE || UNSETTLED.test(path)) return undefined;
  if (!DATE.test(date) || date.slice(0, 8) !== day || !(Math.abs(nowMs - at) <= SKEW_MS)) return undefined;
  const signed = names.split(";");
  if (!["host", "x-amz-date"].every((name) => signed.includes(name))) return undefined;
  // Where the digest of the body is a header, the signer takes its word for it.
  const told = headers["x-amz-content-sha256"];
  if (told !== undefined && told !== createHash("sha256").update(body).digest("hex")) return undefined;
  const credentials = keyOf(machine, folderToken);
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256, applyChecksum: false });
  const again = await signer.sign(
    {
      method,
      protocol: "http:",
      hostname: headers["host"] ?? "",
      path,
      query: queryOf(query),
      headers: Object.fromEntries(signed.map((name) => [name, headers[name] ?? ""])),
      body,
    },
    { signingDate: new Date(at), signableHeaders: new Set(signed) },
  );
  const expected = /Signature=([0-9a-f]{64})$/.exec(again.headers["authorization"] ?? "")?.[1] ?? "";
  if (!timingSafeEqual(digest(signature), digest(expected))) return undefined;
  const userId = `${machine.accessKeyId}:local`;
  const userArn = arnOf(machine.name, "local");
  return {
    accessKey: machine.accessKeyId,
    accountId: ACCOUNT,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn,
    userId,
  };
}

/** `+` is no blank here: signers write one as `%20`. */
function queryOf(text: string): Record<string, string[]> {
  const query = new URLSearchParams(text.replaceAll("+", "%2B"));
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name)]));
}

/** SHA-256, or HMAC by it, in the shape that the signer asks for. */
export class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = secret instanceof ArrayBuffer ? new Uint8Array(secret) : secret;
    this.#hash = key === undefined ? createHash("sha256") : createHmac("sha256", key as string | Uint8Array);
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(data instanceof ArrayBuffer ? new Uint8Array(data) : (data as string | Uint8Array));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}
