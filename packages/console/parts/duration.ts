const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** Seconds in words: at most `most` units, the largest first: `1 h 4 min`. */
export function duration(seconds: number, most = 2): string {
  let rest = Math.round(seconds);
  const words: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 && words.length < most) words.push(`${count} ${unit}`);
    else if (words.length > 0) break;
  }
  return words.length === 0 ? "0 s" : words.join(" ");
}
