import { describedBy } from "../artifact/labels.ts";
import { present } from "../present.ts";
import type { Said } from "./index.ts";
import { agreed } from "./named.ts";

/** Tags that are ours may say so. */
const OWN = "change-ledger:";
const FULL_COMMIT = /(?<![0-9a-f])(?:[0-9a-f]{40}|[0-9a-f]{64})(?![0-9a-f])/g;

/**
 * What is said of a published version of a function. Its description belongs to the version and cannot be changed; tags belong to the function as a whole and are those
 * of the time of asking. So a commit in the description comes first, and tags complete it.
 */
export function functionSays(sent: {
  readonly codeSha256?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly tags?: Readonly<Record<string, string>> | null | undefined;
}): Said {
  const tags = Object.fromEntries(
    Object.entries(sent.tags ?? {}).map(([name, value]) => [name.startsWith(OWN) ? name.slice(OWN.length) : name, value]),
  );
  const { repository, commit } = describedBy({ tags });
  const named = [...new Set((sent.description ?? "").match(FULL_COMMIT) ?? [])];
  const said =
    named.length > 0
      ? agreed(
          "the version's description",
          named.map((one) => ({ commit: one, repository })),
        )
      : agreed("the version's description and the function's tags", [{ repository, commit }]);
  return present({ digest: contentOf(sent.codeSha256), ...said });
}

/** Lambda tells a package's SHA-256 in base64, and an image's digest in hexadecimal. */
function contentOf(codeSha256: string | null | undefined): string | undefined {
  if (typeof codeSha256 !== "string") return undefined;
  if (/^[0-9a-f]{64}$/.test(codeSha256)) return `sha256:${codeSha256}`;
  const bytes = Buffer.from(codeSha256, "base64");
  return bytes.length === 32 && bytes.toString("base64") === codeSha256 ? `sha256:${bytes.toString("hex")}` : undefined;
}
