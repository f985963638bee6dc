import type { CommitFact, Identity } from "@change-ledger/model";
import { mailHash, sameIdentity } from "../identity.ts";
import { present, some, told } from "../present.ts";

/** Co-authors beyond this many are not named one by one; one that nobody can name stands for them. */
export const MAX_CO_AUTHORS = 32;

/** A commit's author or committer as a payload names them. */
export interface Signature {
  readonly id?: string | null | undefined;
  readonly login?: string | null | undefined;
  readonly email?: string | null | undefined;
}

/** The account when the sender knows one, else the keyed hash of the address, else nobody: `{}`. Whoever wrote the commit chose the address. */
export function whoSigned(by: Signature | null | undefined, key: string): Identity {
  const login = told(by?.login);
  const id = told(by?.id);
  return login === undefined && id === undefined ? present({ mail: mailHash(by?.email, key) }) : present({ id, login });
}

// Git's trailers are lines of their own at the message's end; GitHub finds this one in any case.
const CO_AUTHOR = /^co-authored-by:[^<\n]{0,256}<([^>\n]{0,256})>\s{0,16}$/gim;

/** Authors that the message's `Co-authored-by` trailers add, by the keyed hash of their addresses. */
function coAuthors(message: string, key: string): Identity[] | undefined {
  const found = new Map<string, Identity>();
  for (const [, address] of message.matchAll(CO_AUTHOR)) {
    const mail = mailHash(address, key);
    if (found.size >= MAX_CO_AUTHORS) {
      found.set("beyond", {});
      break;
    }
    found.set(mail ?? "", present({ mail }));
  }
  return some([...found.values()]);
}

/** A commit as a fact: who wrote it, never what. */
export function commitFact(
  sha: string,
  by: { readonly author: Signature | null | undefined; readonly committer: Signature | null | undefined; readonly message: string },
  key: string,
): CommitFact {
  const author = whoSigned(by.author, key);
  const committer = whoSigned(by.committer, key);
  return present({
    sha,
    author,
    committer: sameIdentity(author, committer) ? undefined : committer,
    coAuthors: coAuthors(by.message, key),
  });
}
