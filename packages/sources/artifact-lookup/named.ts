import { present } from "../present.ts";
import type { Said } from "./index.ts";

/** One place where a commit is named, and the repository that it says it is of. */
interface Naming {
  readonly repository?: string | undefined;
  readonly commit?: string | undefined;
}

/** The commit on which all agree that name one. @param what what was read, for the reason: `the image's labels` */
export function agreed(what: string, namings: readonly Naming[]): Said {
  const commits = new Set(namings.flatMap(({ commit }) => commit ?? []));
  const repositories = new Set(namings.flatMap(({ repository }) => repository ?? []));
  const [commit] = commits;
  const [repository] = repositories;
  if (commits.size > 1) return { unresolved: `${what} name several commits` };
  if (commit === undefined)
    return present({ repository: repositories.size === 1 ? repository : undefined, unresolved: `${what} name no full commit id` });
  if (repositories.size > 1) return { commit, unresolved: `${what} name several repositories` };
  return present({ repository, commit, unresolved: repository === undefined ? `${what} name no repository` : undefined });
}
