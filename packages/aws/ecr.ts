import { BatchGetImageCommand, type ECRClient, GetDownloadUrlForLayerCommand } from "@aws-sdk/client-ecr";
import type { LookUpPorts } from "@change-ledger/ledger";
import { canonicalBytes } from "@change-ledger/model";
import * as z from "zod";
import { told } from "./lookup-answer.ts";
import { LookupError } from "./lookup-fault.ts";

type ImageLookup = NonNullable<LookUpPorts["sources"]["image"]>;

/** OCI's and Docker's forms of a manifest, and of an index of manifests. */
const MEDIA_TYPES = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];
const IMAGE = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^@\s]{1,256})@(sha256:[0-9a-f]{64})$/;
/** An image's configuration holds its history: tens of kilobytes as a rule. */
const CONFIG_MAX_BYTES = 1024 * 1024;
const BLOB_TIMEOUT_MS = 8_000;

const index = z.object({
  manifests: z.array(z.object({ digest: z.string(), platform: z.object({ os: z.string().nullish() }).nullish() })).min(1),
});
const manifest = z.object({ config: z.object({ digest: z.string() }) });

/** Reads what a URL that a registry signed holds. Throws LookupError. */
export type Blob = (url: string) => Promise<string>;

/**
 * Images of ECR through its API: the documents as the registry keeps them, whose digests whoever reads them checks.
 * @param clientOf the client for a region; which registries and repositories it may read is the role's matter
 */
export function ecrImages(clientOf: (region: string) => Pick<ECRClient, "send">, blob: Blob): ImageLookup {
  return async (asked) => {
    const [, registryId = "", region, repositoryName = "", imageDigest = ""] = IMAGE.exec(asked.location) ?? [];
    if (region === undefined) throw new LookupError("not-found", "BatchGetImage: expected an image of ECR, by its digest");
    const client = clientOf(region);
    const manifestOf = async (digest: string): Promise<string> => {
      const command = new BatchGetImageCommand({
        registryId,
        repositoryName,
        imageIds: [{ imageDigest: digest }],
        acceptedMediaTypes: MEDIA_TYPES,
      });
      const text = (await told("BatchGetImage", client.send(command))).images?.[0]?.imageManifest;
      if (text === undefined) throw new LookupError("not-found", "BatchGetImage: the registry has no such image");
      return text;
    };
    const top = await manifestOf(imageDigest);
    const platforms = index.safeParse(parsed(top));
    // What is attached to an image (its build's attestations) stands in the index as one for no platform.
    const [own] = platforms.data?.manifests.filter(({ platform }) => platform?.os !== "unknown") ?? [];
    const manifests = own === undefined ? [top] : [top, await manifestOf(own.digest)];
    const layerDigest = manifest.safeParse(parsed(manifests.at(-1) ?? "")).data?.config.digest;
    if (layerDigest === undefined) throw new LookupError("not-found", "BatchGetImage: the manifest names no configuration");
    const layer = new GetDownloadUrlForLayerCommand({ registryId, repositoryName, layerDigest });
    const { downloadUrl } = await told("GetDownloadUrlForLayer", client.send(layer));
    if (downloadUrl === undefined) throw new LookupError("unavailable", "GetDownloadUrlForLayer: the answer holds no URL");
    return canonicalBytes({ ...asked, manifests, config: await blob(downloadUrl) });
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param secure whether only `https` will do: at an endpoint of one's own there may be no certificate */
export function downloaded(secure: boolean): Blob {
  return async (url) => {
    if (secure && URL.parse(url)?.protocol !== "https:") throw new LookupError("unavailable", "image configuration: expected an https URL");
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(BLOB_TIMEOUT_MS), redirect: "error" });
      const { status } = response;
      if (!response.ok)
        throw new LookupError(
          status === 404 ? "not-found" : status === 403 ? "denied" : "unavailable",
          `image configuration: status ${status}`,
        );
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      for await (const chunk of response.body ?? []) {
        bytes += chunk.length;
        if (bytes > CONFIG_MAX_BYTES) throw new LookupError("not-found", `image configuration: expected at most ${CONFIG_MAX_BYTES} bytes`);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks).toString("utf8");
    } catch (error) {
      if (error instanceof LookupError) throw error;
      throw new LookupError("unavailable", "image configuration: no answer");
    }
  };
}
