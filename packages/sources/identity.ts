import { createHmac } from "node:crypto";
import type { Actor, Identity } from "@change-ledger/model";
import { present, told } from "./present.ts";

/**
 * Stands for an e-mail address: the first 16 hexadecimal digits of HMAC-SHA-256(key, trimmed lower-case address). Equal addresses match
 * each other under one key, and without the key nobody can try addresses against it. Undefined without a key or an address.
 */
export function mailHash(address: string | null | undefined, key: string): string | undefined {
  const plain = address?.trim().toLowerCase();
  if (plain === undefined || plain === "" || key === "") return undefined;
  return createHmac("sha256", key).update(plain).digest("hex").slice(0, 16);
}

// `@` between two runs of what an address may hold; fed with names of at most 1,024 characters.
const ADDRESS = /[^\s/:;,<>()"@]+@[^\s/:;,<>()"@]+/g;

/** `name` with each e-mail address in it replaced by `mail-` and its hash (`mail-hidden` without a key): session names and user names can be addresses. */
export function withoutMail(name: string, key: string): string {
  return name.replace(ADDRESS, (address) => `mail-${mailHash(address, key) ?? "hidden"}`);
}

/** A person as a sender's user object names them; neither part may hold an e-mail address. */
export function identityOf(id: string | null | undefined, login: string | null | undefined, key: string): Identity {
  const safe = (part: string | null | undefined): string | undefined => {
    const given = told(part);
    return given === undefined ? undefined : withoutMail(given, key);
  };
  return present({ id: safe(id), login: safe(login) });
}

/** The same person as the actor of an event; undefined when the sender names nobody. */
export function actorOf(system: string, who: Identity): Actor | undefined {
  if (who.id === undefined && who.login === undefined) return undefined;
  return present({ system, id: who.id, login: who.login });
}

export function sameIdentity(a: Identity, b: Identity): boolean {
  return a.id === b.id && a.login === b.login && a.mail === b.mail;
}
