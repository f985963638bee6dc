import { sha256Hex } from "@change-ledger/model";
import * as z from "zod";
import { describedBy } from "../artifact/labels.ts";
import { parseJson } from "../json.ts";
import type { Said } from "./index.ts";
import { agreed } from "./named.ts";

const WHAT = "the image's labels";
const words = z.record(z.string(), z.unknown()).nullish();
const descriptor = z.object({ digest: z.string().max(80) });
const index = z.object({ manifests: z.array(descriptor).min(1).max(100), annotations: words });
const manifest = z.object({ config: descriptor, annotations: words });
const config = z.object({ config: z.object({ Labels: words }).nullish() });

/**
 * What an image's own documents say (OCI image specification 1.1; Docker's manifest, version 2, is read alike): annotations of its index and manifest, labels of its
 * configuration. Each document has to be the one that the digest before it names, from the deployed one on: a registry that answers with another is not believed.
 * @param location `registry/repository@sha256:…`
 * @param manifests the image's manifest; of an image for several platforms its index, and one manifest of it
 */
export function imageSays(location: string, manifests: readonly string[], configuration: string | undefined): Said {
  const digest = location.slice(location.lastIndexOf("@") + 1);
  try {
    const [top = "", below] = manifests;
    if (digestOf(top) !== digest) return { digest, unresolved: "the registry's manifest has another digest" };
    const annotated = below === undefined ? [] : [index.parse(parsed(top))];
    if (below !== undefined && !annotated[0]?.manifests.some((one) => one.digest === digestOf(below)))
      return { digest, unresolved: "the registry's manifest is none of the image's index" };
    const own = manifest.parse(parsed(below ?? top));
    if (configuration === undefined || digestOf(configuration) !== own.config.digest)
      return { digest, unresolved: "the registry's image configuration has another digest" };
    const labels = [
      ...annotated.map(({ annotations }) => annotations),
      own.annotations,
      config.parse(parsed(configuration)).config?.Labels,
    ];
    return {
      digest,
      ...agreed(
        WHAT,
        labels.map((given) => describedBy({ labels: given ?? {} })),
      ),
    };
  } catch {
    return { digest, unresolved: "the registry's documents are none of an image" };
  }
}

function digestOf(document: string): string {
  return `sha256:${sha256Hex(Buffer.from(document))}`;
}

function parsed(document: string): unknown {
  return parseJson(Buffer.from(document));
}
