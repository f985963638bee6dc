import type { GithubLists, HookName } from "@change-ledger/query";
import * as z from "zod";
import { type GithubPages, instant } from "./github-pages.ts";
import { LookupError } from "./lookup-fault.ts";

/** As whom GitHub is asked, and of which webhooks. */
export interface Asking {
  readonly as: "app" | "token";
  /** The URL at which GitHub reaches us. Absent: only the App's own webhook and those named are asked about. */
  readonly webhookUrl?: string | undefined;
  /** Webhooks that are ours, whatever their URL: `<owner>/<name>/hooks/<id>`, `<owner>/hooks/<id>`. */
  readonly hooks?: readonly HookName[];
}

const id = z.union([z.number(), z.string()]).transform(String);
const attempt = z.object({ id, guid: z.string(), delivered_at: instant, status_code: z.number() });
const config = z.object({ url: z.string().nullish() });
const hook = z.object({ id, config: config.nullish() });

/** Webhooks and their deliveries: an App's own, a repository's and an organisation's. */
export function githubHooks(pages: GithubPages, asking: Asking): Pick<GithubLists, "hooks" | "failedDeliveries" | "redeliver"> {
  const ours = (url: string | null | undefined) => sameUrl(url, asking.webhookUrl);

  /** Those of a repository or an organisation that post to us; none where we may not look. */
  async function listed(owner: string): Promise<HookName[]> {
    const found: HookName[] = [];
    const { route, of } = hooksOf(owner);
    try {
      for await (const one of pages.all(`GET ${route}`, of, hook)) if (ours(one.config?.url)) found.push(`${owner}/hooks/${one.id}`);
    } catch (error) {
      // An owner may be no organisation, and a repository's webhooks may be none of our business.
      if (!(error instanceof LookupError) || (error.code !== "not-found" && error.code !== "denied")) throw error;
    }
    return found;
  }

  return {
    async hooks(repositories) {
      const found = new Set<HookName>(asking.hooks);
      const own =
        asking.as === "app" && (asking.webhookUrl === undefined || ours((await pages.one("GET /app/hook/config", {}, config))?.url));
      if (own) found.add("app");
      if (asking.webhookUrl === undefined) return [...found];
      const owners = new Set(repositories.map((name) => name.split("/")[0] ?? ""));
      for (const one of [...owners, ...repositories]) for (const name of await listed(one)) found.add(name);
      if (found.size === 0)
        throw new LookupError("not-found", "GitHub: no webhook that we may see posts to github.webhookUrl; name them in github.hooks");
      return [...found];
    },
    async failedDeliveries(name, since) {
      // An attempt that got through speaks for its delivery, whichever it was.
      const attempts = new Map<string, { readonly id: string; readonly good: boolean }>();
      const { route, of } = deliveriesOf(name);
      let count = 0;
      for await (const { id: last, guid, delivered_at, status_code } of pages.all(`GET ${route}`, of, attempt)) {
        if (delivered_at < since) break;
        count++;
        const good = status_code >= 200 && status_code < 300;
        const known = attempts.get(guid);
        if (known === undefined || good) attempts.set(guid, { id: known?.id ?? last, good });
      }
      return { listed: count, failed: [...attempts].flatMap(([guid, { id: last, good }]) => (good ? [] : [{ id: last, guid }])) };
    },
    async redeliver(name, delivery) {
      const { route, of } = deliveriesOf(name);
      await pages.post(`POST ${route}/{delivery_id}/attempts`, { ...of, delivery_id: delivery });
    },
  };
}

interface Route {
  readonly route: string;
  readonly of: Readonly<Record<string, string>>;
}

/** @param owner an organisation, or a repository as `owner/name` */
function hooksOf(owner: string): Route {
  const [org = "", repo] = owner.split("/");
  return repo === undefined
    ? { route: "/orgs/{org}/hooks", of: { org } }
    : { route: "/repos/{owner}/{repo}/hooks", of: { owner: org, repo } };
}

function deliveriesOf(name: HookName): Route {
  if (name === "app") return { route: "/app/hook/deliveries", of: {} };
  const [, owner = "", hook_id = ""] = /^(.+)\/hooks\/(\d+)$/.exec(name) ?? [];
  const { route, of } = hooksOf(owner);
  return { route: `${route}/{hook_id}/deliveries`, of: { ...of, hook_id } };
}

function sameUrl(one: string | null | undefined, other: string | undefined): boolean {
  const [a, b] = [URL.parse(one ?? ""), URL.parse(other ?? "")];
  return a !== null && b !== null && a.href === b.href;
}
