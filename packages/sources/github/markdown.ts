/** Lines of a Markdown body that a reader of the page sees as text: no HTML comments, no fenced code. Linear in the body's length. */
export function visibleLines(body: string): string[] {
  const lines: string[] = [];
  let fence: string | undefined;
  for (const line of withoutComments(body).split(/\r\n|\n|\r/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== undefined) {
      // A fence closes with at least as many of its own characters and nothing behind them (CommonMark 4.5).
      if (mark?.startsWith(fence) && /^[`~]+\s*$/.test(line.trim())) fence = undefined;
    } else if (mark === undefined) lines.push(line);
    else fence = mark;
  }
  return lines;
}

/** Comments are cut out before lines are read: a template's instructions hold example boxes and example references. One without an end hides the rest. */
function withoutComments(body: string): string {
  let kept = "";
  let from = 0;
  for (;;) {
    const start = body.indexOf("<!--", from);
    if (start < 0) return kept + body.slice(from);
    kept += body.slice(from, start);
    const end = body.indexOf("-->", start + 4);
    if (end < 0) return kept;
    from = end + 3;
  }
}
