const TIME_FIELD = /(?:Time|At)$/;

/** AWS's JSON protocols write timestamps as epoch seconds: the value with its times so, wherever a member is named as one. */
export function wire(value: unknown, field = ""): unknown {
  if (Array.isArray(value)) return value.map((one) => wire(one));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, wire(inner, name)]));
  return typeof value === "string" && TIME_FIELD.test(field) && !Number.isNaN(Date.parse(value)) ? seconds(value) : value;
}

export function seconds(time: unknown): number {
  return typeof time === "string" ? Date.parse(time) / 1000 : Number(time ?? 0);
}
