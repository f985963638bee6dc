import type { ArtifactRecords } from "./artifact-records.ts";
import type { Answer } from "./http.ts";

const CONFIGURATION = /^\/2015-03-31\/functions\/([^/]+)\/configuration$/;
const TAGS = /^\/2017-03-31\/tags\/([^/]+)$/;

/** The operations of Lambda's REST API that look-ups need; undefined for a path that is none of them. */
export function lambdaAnswer(records: ArtifactRecords, path: string): Answer | undefined {
  const url = new URL(path, "http://lambda");
  const [, configured] = CONFIGURATION.exec(url.pathname) ?? [];
  const [, tagged] = TAGS.exec(url.pathname) ?? [];
  const named = configured ?? tagged;
  if (named === undefined) return undefined;
  const found = records.function(decodeURIComponent(named).split(":").at(-1) ?? "");
  if (tagged !== undefined) return found === undefined ? notFound() : json(200, { Tags: found.tags });
  const version = url.searchParams.get("Qualifier") ?? "$LATEST";
  const own = found !== undefined && Object.hasOwn(found.versions, version) ? found.versions[version] : undefined;
  return own === undefined ? notFound() : json(200, { ...own, Version: version });
}

function notFound(): Answer {
  return json(404, { Type: "User", Message: "Function not found" }, { "x-amzn-errortype": "ResourceNotFoundException" });
}

function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}
