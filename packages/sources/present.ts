/** `T` without its members that may be undefined, and those again as optional ones. */
export type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** A copy without the members that are undefined: an entry has no room for what was not told. */
export function present<T extends object>(members: T): Present<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** True, or nothing. */
export function flag(value: boolean | null | undefined): true | undefined {
  return value === true ? true : undefined;
}

/** The list, or nothing when it is empty. */
export function some<T>(list: readonly T[] | null | undefined): T[] | undefined {
  return list === null || list === undefined || list.length === 0 ? undefined : [...list];
}

/** The text, or nothing when it is empty. */
export function told(text: string | null | undefined): string | undefined {
  return text === null || text === undefined || text === "" ? undefined : text;
}
