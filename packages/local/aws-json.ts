import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { ServiceFault } from "./fault.ts";
import type { Answer } from "./http.ts";

/** Fields of a request in AWS's JSON protocol: whatever the client sent. */
export type Input = Readonly<Record<string, unknown>>;
type Operation = (input: Input) => unknown;

/** A service of AWS's JSON protocol: operations by name, and how its errors are spelled on the wire. */
export interface JsonService {
  readonly operations: Readonly<Record<string, Operation>>;
  /** `1.0` or `1.1`, as the service's model says. */
  readonly version: "1.0" | "1.1";
  readonly errorType?: (code: string) => string;
  readonly errorHeaders?: (code: string) => Readonly<Record<string, string>>;
}

/** Runs one operation; faults become AWS's JSON errors, anything else an InternalFailure that tells nothing. */
export async function answerJson(service: JsonService, operation: string, body: Buffer): Promise<Answer> {
  const type = `application/x-amz-json-${service.version}`;
  const headers = { "content-type": type, "x-amzn-requestid": randomUUID() };
  try {
    const run = Object.hasOwn(service.operations, operation) ? service.operations[operation] : undefined;
    if (run === undefined) throw new ServiceFault("UnknownOperationException", 400, `the local stack has no operation ${operation}`);
    return { status: 200, headers, body: JSON.stringify((await run(parseInput(body))) ?? {}) };
  } catch (error) {
    const fault = error instanceof ServiceFault ? error : new ServiceFault("InternalFailure", 500, "the local service failed");
    return {
      status: fault.status,
      headers: { ...headers, ...fault.headers, ...service.errorHeaders?.(fault.code) },
      body: JSON.stringify({ __type: service.errorType?.(fault.code) ?? fault.code, message: fault.message }),
    };
  }
}

function parseInput(body: Buffer): Input {
  try {
    const value: unknown = JSON.parse(body.length === 0 ? "{}" : body.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Input;
  } catch {
    // told below
  }
  throw new ServiceFault("SerializationException", 400, "expected a JSON object");
}

/** A string field, or `undefined` when it is absent. @throws ServiceFault when it is of another type */
export function text(input: Input, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new ServiceFault("SerializationException", 400, `expected ${name} to be a string`);
  return value;
}

/** A list of objects; absent is empty. @throws ServiceFault when it is of another type */
export function list(input: Input, name: string): readonly Input[] {
  const value = input[name] ?? [];
  if (!Array.isArray(value) || value.some((item) => typeof item !== "object" || item === null)) {
    throw new ServiceFault("SerializationException", 400, `expected ${name} to be a list of objects`);
  }
  return value as readonly Input[];
}

const agent = new Agent({ keepAlive: true });
/** The engines want the form of a signature and check nothing of it. */
const UNSIGNED = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";

/**
 * Calls a DynamoDB engine, leaving attribute values in their wire form: that is the form in which Lambda hands stream records on,
 * so decoding and encoding them again would be work for nothing.
 * @throws ServiceFault with the engine's error code
 */
export function callEngine(endpoint: string, target: string, input: unknown): Promise<Input> {
  const body = JSON.stringify(input);
  return new Promise((resolve, reject) => {
    const call = request(endpoint, {
      agent,
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "content-length": Buffer.byteLength(body),
        "x-amz-target": target,
        "x-amz-date": "20260101T000000Z",
        authorization: UNSIGNED,
      },
    });
    call.once("error", reject);
    call.once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () => {
        try {
          const answer = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Input;
          if (response.statusCode === 200) resolve(answer);
          else {
            const type =
              String(answer["__type"] ?? "")
                .split("#")
                .at(-1) || "Unknown";
            reject(new ServiceFault(type, response.statusCode ?? 500, String(answer["message"] ?? answer["Message"] ?? "")));
          }
        } catch (error) {
          reject(error);
        }
      });
    });
    call.end(body);
  });
}
