/** Whether the whole text is what the pattern says. */
export function matchesGlob(glob: string, text: string): boolean {
  // Stryker disable next-line all: plain text needs no regular expression, which would say the same
  if (!glob.includes("*")) {
    return glob === text;
  }
  return globPattern(glob).test(text);
}

/** A pattern as a regular expression over the whole text: `*` within a segment, `**` over any segments. */
export function globPattern(glob: string): RegExp {
  const body = glob.replace(/\*\*\/|\*\*|\*|[^*]+/g, (part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    return part === "*" ? "[^/]*" : part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&");
  });
  return new RegExp(`^${body}$`, "u");
}
