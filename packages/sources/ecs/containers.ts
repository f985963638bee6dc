import type { Revision } from "@change-ledger/model";
import { present } from "../present.ts";

/** A container of a task definition, and the image that it runs. */
export interface Container {
  readonly name: string;
  /** As the task definition names it: by tag, by digest, or by neither. */
  readonly image: string;
  /** `sha256:…` that ECS made of the name when it started the tasks. */
  readonly digest?: string | undefined;
  readonly essential?: boolean | undefined;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * The revision that a task definition is: the image of the one container that is the application. That is the one to which the load balancer sends requests, else the
 * only one, else the only essential one; of several nobody can say which (the others are side-cars, built from other sources).
 * @param balanced containers that a load balancer names
 */
export function revisionOfContainers(
  definition: string | undefined,
  containers: readonly Container[],
  balanced: readonly string[],
): Revision {
  const one = applicationOf(containers, balanced);
  if (one === undefined) {
    const unresolved =
      containers.length === 0
        ? "the task definition's containers could not be read"
        : "of several containers none is known to be the application";
    return present({ type: "ECS", definition, unresolved });
  }
  const location = placeOf(one);
  const unresolved =
    location === undefined ? "the image is named by a tag, which can come to mean another" : "an image's name tells no commit";
  return present({ type: "ECS", location, definition, unresolved });
}

function applicationOf(containers: readonly Container[], balanced: readonly string[]): Container | undefined {
  const names = new Set(balanced);
  const named = containers.filter(({ name }) => names.has(name));
  if (named.length > 0) return only(named);
  return only(containers) ?? only(containers.filter(({ essential }) => essential === true));
}

function only<T>(some: readonly T[]): T | undefined {
  return some.length === 1 ? some[0] : undefined;
}

/** `registry/repository@sha256:…`; undefined when nobody says which content it is. */
function placeOf({ image, digest }: Container): string | undefined {
  const [name = "", own] = image.split("@");
  const content = own ?? digest;
  if (content === undefined || !DIGEST.test(content)) return undefined;
  // A port before the first slash is no tag.
  return `${name.replace(/:[\w.-]+$/, "")}@${content}`;
}
