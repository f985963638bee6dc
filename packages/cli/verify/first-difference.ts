/** Where two values of JSON differ first, in the order of their members: its path, and what stands there in each. */
export interface ValueDifference {
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

type Members = Readonly<Record<string, unknown>>;

/** Of two entries' bytes; undefined when either is no JSON, or both say the same. */
export function firstDifference(expected: Uint8Array, found: Uint8Array): ValueDifference | undefined {
  try {
    return differenceOf(JSON.parse(Buffer.from(expected).toString("utf8")), JSON.parse(Buffer.from(found).toString("utf8")), "");
  } catch {
    return undefined;
  }
}

function differenceOf(expected: unknown, found: unknown, field: string): ValueDifference | undefined {
  if (isMembers(expected) && isMembers(found)) {
    for (const name of [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort()) {
      const difference = differenceOf(expected[name], found[name], field === "" ? name : `${field}.${name}`);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  const [told, other] = [written(expected), written(found)];
  return told === other ? undefined : { field, expected: told.slice(0, 200), found: other.slice(0, 200) };
}

function written(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null;
}
