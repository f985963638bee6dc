import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { LocalError } from "./fault.ts";

/** Everything listens here and nowhere else. */
export const LOOPBACK = "127.0.0.1";

export interface Listener {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Listens on the loopback interface.
 * @param port 0 takes any free one
 * @throws LocalError `port-in-use`
 */
export async function listen(port: number, handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<Listener> {
  const server: Server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, handler);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE" || error.code === "EACCES"
          ? new LocalError(
              "port-in-use",
              `expected port ${port} of ${LOOPBACK} to be free, got ${error.code}; stop what listens there or choose another port`,
            )
          : error,
      );
    });
    server.listen(port, LOOPBACK, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: `http://${LOOPBACK}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The body of a request, or "too-large" when it is longer than `limitBytes` (the rest is read and dropped, so that the answer arrives). */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | "too-large"> {
  // Listeners, not `for await`: this runs for every call of every service, and the iterator costs more than the call.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limitBytes) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.once("end", () => {
      if (length > limitBytes) resolve("too-large");
      else resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    });
    request.once("error", reject);
    request.once("close", () => {
      if (!request.complete) reject(new Error("the client went away"));
    });
  });
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Uint8Array | string;
}

/** Sends `answer`; does nothing when the client has gone away. */
export function send(response: ServerResponse, answer: Answer, method?: string): void {
  if (response.destroyed) return;
  // Of an answer to HEAD nobody knows here how long it would be.
  const length = method === "HEAD" ? {} : { "content-length": String(Buffer.byteLength(answer.body)) };
  response.writeHead(answer.status, { ...length, ...answer.headers });
  response.end(answer.body);
}
