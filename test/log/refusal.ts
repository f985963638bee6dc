import { LogError } from "@change-ledger/log";

/** The code of the LogError that `act` throws; "passed" when it throws none. Anything else that is thrown is a defect, and goes on. */
export function codeOf(act: () => unknown): string {
  try {
    act();
    return "passed";
  } catch (error) {
    if (error instanceof LogError) return error.code;
    throw error;
  }
}

/** As `codeOf`, of a promise. */
export async function codeOfPromise(act: Promise<unknown>): Promise<string> {
  return await act.then(
    () => "passed",
    (error: unknown) => {
      if (error instanceof LogError) return error.code;
      throw error;
    },
  );
}
