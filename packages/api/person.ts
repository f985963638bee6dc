import type { Identity } from "@change-ledger/model";
import type { IsPerson } from "@change-ledger/query";
import type { ApiPorts } from "./ports.ts";

/**
 * Who is asked for by `name`: a person of the configuration in force (by id, or by any of their accounts), else whoever has this login, id or keyed hash of an address.
 * Logins are compared without regard to case, as GitHub does.
 */
export async function personNamed({ judging: { configurations, now } }: Pick<ApiPorts, "judging">, name: string): Promise<IsPerson> {
  await configurations.refresh();
  const { resolve } = await configurations.at(now());
  const lower = name.toLowerCase();
  const same = (identity: Identity) => identity.login?.toLowerCase() === lower || identity.id === name || identity.mail === name;
  return (system, identity) => {
    if (identity === undefined) return false;
    if (same(identity)) return true;
    const who = resolve(system, identity)?.id;
    return who !== undefined && (who === name || who === resolve(system, { login: name })?.id);
  };
}
