/** Pulumi's mocks in the place of the engine and the cloud. */
import * as pulumi from "@pulumi/pulumi";
import { callProvider, computedOutputs, type Properties, REGION } from "./cloud.ts";

export interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** URNs. */
  readonly dependencies: readonly string[];
}

type Struct = Parameters<typeof pulumi.runtime.deserializeProperties>[0];
interface Request {
  getType(): string;
  getName(): string;
  getObject(): Struct;
  getProtect(): boolean | undefined;
  getRetainondelete(): boolean | undefined;
  getDependenciesList(): string[];
}
interface Response {
  getUrn(): string;
  getObject(): Struct;
}
type Callback = (error: unknown, response: Response) => void;
interface Monitor {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: Request, callback: Callback): unknown;
}

/** Sets the mocks up; the resources fill up as the program runs. What the mocks refuse goes to `errors`. */
export async function mockEngine(stage: string, errors: unknown[]) {
  const resources: Resource[] = [];
  let calls = 0;
  await pulumi.runtime.setMocks(
    {
      call({ token, inputs }) {
        calls++;
        try {
          return callProvider(token, plain(inputs) as Properties);
        } catch (error) {
          errors.push(error); // Pulumi loses the message
          throw error;
        }
      },
      newResource({ type, name, custom, id, inputs }) {
        if (!custom) return { id: undefined, state: {} };
        const given = plain(inputs) as Properties;
        return { id: id || `${name}-id`, state: { ...given, ...computedOutputs(type, name, given) } };
      },
    },
    "change-ledger",
    stage,
    false,
    "organization",
  );
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  // The real engine leaves the stack out of the qualified type and keeps the whole chain of parents.
  monitor.newUrn = (parent, type, name) => {
    const chain = parent.split("::")[2] ?? "";
    const prefix = chain && chain !== "pulumi:pulumi:Stack" ? `${chain}$` : "";
    return `urn:pulumi:${stage}::change-ledger::${prefix}${type}::${name}`;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (!error)
        resources.push({
          urn: response.getUrn(),
          type: request.getType(),
          name: request.getName(),
          inputs: plain(pulumi.runtime.deserializeProperties(request.getObject())) as Properties,
          outputs: plain(pulumi.runtime.deserializeProperties(response.getObject())) as Properties,
          protect: request.getProtect() ?? false,
          retainOnDelete: request.getRetainondelete() ?? false,
          dependencies: request.getDependenciesList(),
        });
      callback(error, response);
    });
  pulumi.runtime.setAllConfig({ "aws:region": REGION });
  return { resources, activity: () => resources.length + calls };
}

/** Pulumi's marker of secret values. */
const SECRET = "4dabf18193072939515e22adb298388d";

/** A value without Pulumi's wrapping of secrets. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || "__pulumiResource" in value || "__pulumiAsset" in value) return value;
  if (SECRET in value && "value" in value) return plain(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
