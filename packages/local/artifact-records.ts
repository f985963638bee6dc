import { createHash } from "node:crypto";

type Json = Readonly<Record<string, unknown>>;

/** What ECS would answer of one service, times in RFC 3339 or epoch seconds. */
export interface ServiceRecord {
  /** DescribeServices' own list: those that run or are under way. */
  readonly deployments: readonly Json[];
  /** Newest first or not; each with its `serviceDeploymentArn`. */
  readonly serviceDeployments: readonly Json[];
  /** Each with its `serviceRevisionArn`. */
  readonly revisions: readonly Json[];
}

/** What was deployed, as ECS, a registry and Lambda would know it: stand-ins for services that nothing open answers for. */
export class ArtifactRecords {
  readonly #services = new Map<string, ServiceRecord>();
  readonly #documents = new Map<string, string>();
  readonly #functions = new Map<string, { readonly versions: Readonly<Record<string, Json>>; readonly tags: Json }>();
  readonly #definitions = new Map<string, readonly Json[]>();

  addService(cluster: string, name: string, record: ServiceRecord): void {
    this.#services.set(`${cluster}/${name}`, record);
  }

  service(cluster: string, name: string): ServiceRecord | undefined {
    return this.#services.get(`${cluster}/${name}`);
  }

  services(): ServiceRecord[] {
    return [...this.#services.values()];
  }

  /** @param containers of the task definition of this ARN */
  addTaskDefinition(arn: string, containers: readonly Json[]): void {
    this.#definitions.set(arn, containers);
  }

  containers(arn: string): readonly Json[] | undefined {
    return this.#definitions.get(arn);
  }

  /** Keeps a registry's document (a manifest, an index, an image's configuration) by its digest, which it answers. */
  addDocument(text: string): string {
    const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
    this.#documents.set(digest, text);
    return digest;
  }

  document(digest: string): string | undefined {
    return this.#documents.get(digest);
  }

  /** @param versions by number: `CodeSha256`, `Description` */
  addFunction(name: string, versions: Readonly<Record<string, Json>>, tags: Json): void {
    this.#functions.set(name, { versions, tags });
  }

  function(name: string): { readonly versions: Readonly<Record<string, Json>>; readonly tags: Json } | undefined {
    return this.#functions.get(name);
  }
}
