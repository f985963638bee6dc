/** A pattern as a regular expression over the whole text: `*` within a segment, `**` over any segments. */
export function globPattern(glob: string): RegExp {
  const body = glob.replace(/\*\*\/|\*\*|\*|[^*]+/g, (part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    return part === "*" ? "[^/]*" : part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&");
  });
  return new RegExp(`^${body}$`, "u");
}
