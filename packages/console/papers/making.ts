import { useEffect, useRef, useState } from "preact/hooks";
import { auditKey, forgetAudit, keepText, keptOf } from "./kept.ts";
import type { MakePapers, PapersAsked, PapersMade, Said } from "./messages.ts";

/** How far the papers are. */
export type Making =
  | { readonly state: "none" }
  | { readonly state: "running"; readonly what: string; readonly done: number; readonly of: number }
  | { readonly state: "made"; readonly href: string; readonly name: string; readonly bytes: number; readonly made: PapersMade }
  | { readonly state: "failed"; readonly code: string; readonly because: string }
  | { readonly state: "cancelled" };

export interface PapersMaking {
  readonly making: Making;
  /** @param anew forgets first what an earlier run of the same was begun with */
  readonly begin: (asked: PapersAsked, token: string, anew?: boolean) => void;
  readonly cancel: () => void;
}

/** Working papers, made by a worker of this page. One at a time; it ends with the page. */
export function usePapers(): PapersMaking {
  const [making, setMaking] = useState<Making>({ state: "none" });
  const worker = useRef<Worker | undefined>(undefined);
  const href = useRef<string | undefined>(undefined);
  const end = () => {
    worker.current?.terminate();
    worker.current = undefined;
  };
  const forget = () => {
    if (href.current !== undefined) URL.revokeObjectURL(href.current);
    href.current = undefined;
  };
  useEffect(
    () => () => {
      end();
      forget();
    },
    [],
  );

  const begin: PapersMaking["begin"] = (asked, token, anew = false) => {
    end();
    forget();
    const key = auditKey(asked);
    if (anew) forgetAudit(key);
    setMaking({ state: "running", what: "program", done: 0, of: 1 });
    const made = new Worker(new URL("worker.ts", import.meta.url), { type: "module" });
    worker.current = made;
    const failed = (code: string, because: string) => {
      end();
      setMaking({ state: "failed", code, because });
    };
    made.addEventListener("error", () => failed("unknown", "The program that makes them did not load, or ended."));
    made.addEventListener("message", ({ data }: MessageEvent<Said>) => {
      switch (data.kind) {
        case "progress":
          return setMaking({ state: "running", what: data.what, done: data.done, of: data.of });
        case "keep":
          return keepText(key, data.file, data.text);
        case "failed":
          return failed(data.code, data.because);
        case "made": {
          end();
          href.current = URL.createObjectURL(data.zip);
          return setMaking({ state: "made", href: href.current, name: data.name, bytes: data.zip.size, made: data.made });
        }
        default:
          return data satisfies never;
      }
    });
    made.postMessage({ token, asked, kept: keptOf(key), now: new Date().toISOString() } satisfies MakePapers);
  };
  const cancel = () => {
    end();
    setMaking({ state: "cancelled" });
  };
  return { making, begin, cancel };
}
