import { type ComponentChildren, createContext } from "preact";
import { useContext, useMemo, useState } from "preact/hooks";
import { forgetAnswers } from "../data/answers.ts";
import { keepReader, keptReader, type Reader, readerOf } from "./token.ts";

interface Session {
  readonly reader: Reader | undefined;
  readonly signIn: (token: string) => void;
  /** @param because what the reader is told on the sign-in page */
  readonly signOut: (because?: string) => void;
  readonly because: string | undefined;
}

const SessionContext = createContext<Session | undefined>(undefined);

export function SessionProvider({ children }: { readonly children: ComponentChildren }) {
  const [reader, setReader] = useState(() => keptReader(Date.now()));
  const [because, setBecause] = useState<string>();
  const session = useMemo<Session>(
    () => ({
      reader,
      because,
      signIn: (token) => {
        const next = readerOf(token.trim());
        keepReader(next);
        setBecause(undefined);
        setReader(next);
      },
      signOut: (reason) => {
        keepReader(undefined);
        forgetAnswers();
        setBecause(reason);
        setReader(undefined);
      },
    }),
    [reader, because],
  );
  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error("useSession is for what stands inside SessionProvider");
  return session;
}

/** Whether the reader's token says that it may; the API decides. */
export function useMay(scope: string): boolean {
  const { reader } = useSession();
  return reader !== undefined && (reader.scopes.has(scope) || reader.scopes.has("admin"));
}
