import { AUDIT_TESTS } from "@change-ledger/procedure";
import { INDEX, OSCAL, RESULTS, sheetFile } from "./layout.ts";
import { oscalResults } from "./oscal-results.ts";
import { indexPage, type Papers, sheetPage } from "./page.ts";
import { resultsBytes } from "./results.ts";

/** All files that follow from the rest: whoever verifies makes them again. */
export function madeFiles(papers: Papers): Map<string, Uint8Array> {
  return new Map([
    [RESULTS, resultsBytes(papers.results)],
    [OSCAL, oscalResults(papers)],
    [INDEX, indexPage(papers)],
    ...AUDIT_TESTS.map((test) => [sheetFile(test.id), sheetPage(test, papers.results)] as const),
  ]);
}
