import { EvidenceError } from "./fault.ts";
import { readZip } from "./read-zip.ts";

/**
 * Unpacks an evidence bundle in memory; nothing of it is checked but the zip: `openBag` does the rest.
 * @returns the one folder's name, and the files in it by their paths below it
 * @throws EvidenceError as `readZip`; `not-a-bag` unless all files are in one folder
 */
export function readBundle(bytes: Uint8Array): { readonly folder: string; readonly files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  let folder: string | undefined;
  for (const [path, content] of readZip(bytes)) {
    const slash = path.indexOf("/");
    folder ??= path.slice(0, slash);
    if (slash < 0 || path.slice(0, slash) !== folder)
      throw new EvidenceError("not-a-bag", `expected one folder in the zip file, found ${JSON.stringify(path.slice(0, 200))}`);
    files.set(path.slice(slash + 1), content);
  }
  if (folder === undefined) throw new EvidenceError("not-a-bag", "expected a bag in the zip file, found nothing");
  return { folder, files };
}
