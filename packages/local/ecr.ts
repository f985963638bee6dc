import type { ArtifactRecords } from "./artifact-records.ts";
import { type JsonService, list, text } from "./aws-json.ts";
import { ServiceFault } from "./fault.ts";
import type { Answer } from "./http.ts";

/** Where the registry's signed URLs lead. */
const LAYERS = "/ecr-layers/";

/** The ECR operations that look-ups need, in AWS's JSON protocol 1.1. @param url of the server that `layerAnswer` is behind */
export function ecrService(records: ArtifactRecords, url: () => string): JsonService {
  return {
    version: "1.1",
    operations: {
      BatchGetImage(input) {
        const asked = list(input, "imageIds").map((id) => text(id, "imageDigest") ?? "");
        const repositoryName = text(input, "repositoryName");
        return {
          images: asked.flatMap((imageDigest) => {
            const imageManifest = records.document(imageDigest);
            return imageManifest === undefined ? [] : [{ repositoryName, imageId: { imageDigest }, imageManifest }];
          }),
          failures: asked.flatMap((imageDigest) =>
            records.document(imageDigest) === undefined ? [{ imageId: { imageDigest }, failureCode: "ImageNotFound" }] : [],
          ),
        };
      },
      GetDownloadUrlForLayer(input) {
        const layerDigest = text(input, "layerDigest") ?? "";
        if (records.document(layerDigest) === undefined) throw new ServiceFault("LayersNotFoundException", 400, "The layer was not found.");
        return { downloadUrl: `${url()}${LAYERS}${layerDigest}`, layerDigest };
      },
    },
  };
}

/** What a layer's URL holds; undefined for a path that is none. */
export function layerAnswer(records: ArtifactRecords, path: string): Answer | undefined {
  if (!path.startsWith(LAYERS)) return undefined;
  const body = records.document(path.slice(LAYERS.length));
  return body === undefined
    ? { status: 404, headers: {}, body: "" }
    : { status: 200, headers: { "content-type": "application/octet-stream" }, body };
}
