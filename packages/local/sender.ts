import { connect, type Socket } from "node:net";
import { LocalError } from "./fault.ts";

/** Named by us, not by what a delivery says of itself. */
const OURS: ReadonlySet<string> = new Set(["host", "connection", "content-length", "transfer-encoding", "expect"]);
const HEAD_MAX_BYTES = 64 * 1024;
const HEAD_END = "\r\n\r\n";

interface Open {
  readonly done: (status: number) => void;
  readonly fail: (error: Error) => void;
}

/**
 * POSTs to our own HTTP source, over as many connections as there are posts under way: as much of HTTP/1.1 (RFC 9112) as that takes, which answers with
 * Content-Length and keeps the connection. A full client does more for each request than the function that takes it.
 */
export class Senders {
  readonly #url: string;
  readonly #idle: Sender[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  /**
   * Sends the body byte for byte and answers the status.
   * @throws LocalError `engine-failed` when the server does not answer, `bad-deliveries-file` for a header that HTTP cannot carry
   */
  async post(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<number> {
    const sender = this.#idle.pop() ?? new Sender(this.#url);
    try {
      return await sender.post(path, headers, body);
    } finally {
      this.#idle.push(sender);
    }
  }

  /** Once all posts are answered. */
  close(): void {
    for (const sender of this.#idle.splice(0)) sender.close();
  }
}

/** One connection, one post at a time. */
class Sender {
  readonly #host: string;
  readonly #port: number;
  #socket: Socket | undefined;
  #open: Open | undefined;
  #received: Buffer = Buffer.alloc(0);

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#host = hostname;
    this.#port = Number(port);
  }

  async post(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<number> {
    const bytes = Buffer.from(body, "utf8");
    const lines = Object.entries(headers).flatMap(([name, value]) => (OURS.has(name.toLowerCase()) ? [] : [headerLine(name, value)]));
    const head = [`POST ${path} HTTP/1.1`, `host: ${this.#host}:${this.#port}`, `content-length: ${bytes.length}`, ...lines].join("\r\n");
    return await new Promise((done, fail) => {
      this.#open = { done, fail };
      const socket = this.#connected();
      socket.cork();
      socket.write(`${head}${HEAD_END}`, "latin1");
      socket.write(bytes);
      socket.uncork();
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #connected(): Socket {
    if (this.#socket !== undefined) return this.#socket;
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
    this.#socket = socket;
    socket.on("data", (chunk) => this.#take(chunk));
    socket.once("error", (error) => this.#lost(error.message));
    socket.once("close", () => this.#lost("the connection was closed"));
    return socket;
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const split = this.#received.indexOf(HEAD_END);
    if (split < 0) {
      if (this.#received.length > HEAD_MAX_BYTES) this.#lost("no end of the answer's head");
      return;
    }
    const head = this.#received.toString("latin1", 0, split);
    const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (status === undefined || length === undefined) {
      this.#lost("an answer without status or length");
      return;
    }
    if (this.#received.length < split + HEAD_END.length + Number(length)) return;
    const open = this.#open;
    this.#open = undefined;
    this.#received = Buffer.alloc(0);
    if (/\r\nconnection: close/i.test(head)) this.#leave();
    open?.done(Number(status));
  }

  #lost(reason: string): void {
    this.#leave();
    const open = this.#open;
    this.#open = undefined;
    open?.fail(new LocalError("engine-failed", `the local stack did not answer: ${reason}`));
  }

  #leave(): void {
    this.#socket
      ?.removeAllListeners()
      .on("error", () => {})
      .destroy();
    this.#socket = undefined;
    this.#received = Buffer.alloc(0);
  }
}

/** RFC 9110, 5.5: a name is a token, a value has no line break; a delivery can put no header of its own making into the request. */
function headerLine(name: string, value: string): string {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
    throw new LocalError("bad-deliveries-file", `expected a header that HTTP can carry, got ${JSON.stringify(name.slice(0, 60))}`);
  return `${name}: ${value}`;
}
