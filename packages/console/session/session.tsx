import { type Client, createClient } from "@change-ledger/api/client/client.ts";
import { type ComponentChildren, createContext } from "preact";
import { useContext, useMemo, useState } from "preact/hooks";
import { forgetAnswers } from "../data/resource.ts";
import { keepReader, keptReader, type Reader, readerOf } from "./token.ts";

interface Session {
  readonly reader: Reader | undefined;
  /** Asks the API with the reader's token. */
  readonly client: Client;
  readonly signIn: (token: string) => void;
  /** @param because what the reader is told on the sign-in page */
  readonly signOut: (because?: string) => void;
  readonly because: string | undefined;
}

const SessionContext = createContext<Session | undefined>(undefined);

export function SessionProvider({ children }: { readonly children: ComponentChildren }) {
  const [reader, setReader] = useState(() => keptReader(Date.now()));
  const [because, setBecause] = useState<string>();
  const client = useMemo(() => createClient({ baseUrl: "", token: () => reader?.token, fetch: ask }), [reader]);
  const session = useMemo<Session>(
    () => ({
      client,
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
    [reader, client, because],
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

/** Nothing but the token tells who asks, and nothing is kept by the browser: the client keeps what it asks for again. */
function ask(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, { ...init, credentials: "omit", cache: "no-store" });
}
