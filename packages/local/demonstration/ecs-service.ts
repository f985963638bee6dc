import { canonicalBytes, type Subject, sha256Hex, subject } from "@change-ledger/model";
import type { Company } from "./company.ts";
import type { BusEvent } from "./emitted.ts";
import { toSecond, uuidOf } from "./identifiers.ts";
import { ACCOUNT, REGION } from "./people.ts";
import type { Repository } from "./repository.ts";

type Json = Readonly<Record<string, unknown>>;

/** What ECS and a registry answer of the services that a story deploys. */
export interface ServiceAnswers {
  /** By `<cluster>/<service>`. */
  readonly services: Record<string, { readonly serviceDeployments: Json[]; readonly revisions: Json[] }>;
  /** Manifests and image configurations, as the registry keeps them. */
  readonly documents: string[];
  /** The look-ups' answers by deployment, for runs that have nobody to ask. */
  readonly lookups: { readonly deployment: Subject; readonly system: "ecs-lookup" | "artifact-lookup"; readonly body: Uint8Array }[];
}

const CLUSTER = "main";
const arn = (of: string): string => `arn:aws:ecs:${REGION}:${ACCOUNT}:${of}`;

interface Image {
  readonly location: string;
  readonly digest: string;
  readonly manifest: string;
  readonly config: string;
}

/** A service of ECS that runs one image; ECS deploys it by itself. */
export class EcsService {
  readonly name: string;
  readonly #company: Company;
  readonly #repository: Repository;
  #good: { readonly id: string; readonly image: Image } | undefined;
  #count = 0;

  constructor(company: Company, name: string, repository: Repository) {
    this.#company = company;
    this.name = name;
    this.#repository = repository;
  }

  /** Deploys an image of the repository's head. @param labelled whether its labels say so */
  deploy(labelled = true): { readonly subject: Subject } {
    const company = this.#company;
    const id = String(BigInt(`0x${sha256Hex([company.seed, this.name, ++this.#count].join("\0")).slice(0, 15)}`));
    const image = this.#build(labelled);
    const createMs = company.tick();
    company.bus(this.#event(id, "SERVICE_DEPLOYMENT_IN_PROGRESS", createMs));
    const endMs = company.tick();
    company.bus(this.#event(id, "SERVICE_DEPLOYMENT_COMPLETED", endMs));
    const deployment = subject("deployment", "ecs", ACCOUNT, REGION, CLUSTER, this.name, id);
    this.#answer(deployment, id, image, createMs, endMs);
    this.#good = { id, image };
    return { subject: deployment };
  }

  #build(labelled: boolean): Image {
    const labels = {
      "org.opencontainers.image.revision": this.#repository.head,
      "org.opencontainers.image.source": `https://github.com/${this.#repository.name.fullName}`,
    };
    const built = { architecture: "arm64", os: "linux", created: toSecond(this.#company.nowMs()) };
    const config = JSON.stringify({ ...built, config: labelled ? { Labels: labels } : {} });
    const mediaType = "application/vnd.oci.image.manifest.v1+json";
    const digestOf = (text: string): string => `sha256:${sha256Hex(Buffer.from(text))}`;
    const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config: { digest: digestOf(config), size: config.length }, layers: [] });
    const digest = digestOf(manifest);
    this.#company.artifacts.documents.push(manifest, config);
    return { location: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/${this.name}@${digest}`, digest, manifest, config };
  }

  #event(id: string, eventName: string, atMs: number): BusEvent {
    const time = toSecond(atMs);
    return {
      version: "0",
      id: uuidOf("ecs", this.name, id, eventName),
      source: "aws.ecs",
      "detail-type": "ECS Deployment State Change",
      account: ACCOUNT,
      region: REGION,
      time,
      resources: [arn(`service/${CLUSTER}/${this.name}`)],
      detail: { eventType: "INFO", eventName, deploymentId: `ecs-svc/${id}`, updatedAt: time, reason: `ECS deployment ecs-svc/${id}.` },
    };
  }

  #answer(deployment: Subject, id: string, image: Image, createMs: number, endMs: number): void {
    const { artifacts } = this.#company;
    const revisionArn = (of: string): string => arn(`service-revision/${CLUSTER}/${this.name}/${of}`);
    const before = this.#good;
    const serviceDeployment = {
      serviceDeploymentArn: arn(`service-deployment/${CLUSTER}/${this.name}/${sha256Hex(id).slice(0, 21)}`),
      status: "SUCCESSFUL",
      targetServiceRevision: { arn: revisionArn(id) },
      sourceServiceRevisions: before === undefined ? [] : [{ arn: revisionArn(before.id) }],
      createdAt: toSecond(createMs),
      finishedAt: toSecond(endMs),
    };
    const revisionOf = (of: string, { location, digest }: Image): Json => ({
      serviceRevisionArn: revisionArn(of),
      taskDefinition: arn(`task-definition/${this.name}:${this.#count}`),
      containerImages: [{ containerName: this.name, image: location.replace(/@.*/, ":latest"), imageDigest: digest }],
    });
    const key = `${CLUSTER}/${this.name}`;
    const service = artifacts.services[key] ?? { serviceDeployments: [], revisions: [] };
    artifacts.services[key] = service;
    service.serviceDeployments.push(serviceDeployment);
    service.revisions.push(revisionOf(id, image));
    const asked = { account: ACCOUNT, region: REGION, cluster: CLUSTER, service: this.name, deploymentId: id };
    const body = canonicalBytes({ ...asked, serviceDeployment, revisions: [...service.revisions] });
    artifacts.lookups.push({ deployment, system: "ecs-lookup", body });
    for (const { location, manifest, config } of before === undefined ? [image] : [image, before.image])
      artifacts.lookups.push({
        deployment,
        system: "artifact-lookup",
        body: canonicalBytes({ kind: "image", deployment, location, manifests: [manifest], config }),
      });
  }
}
