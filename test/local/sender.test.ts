import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type Listener, listen, readBody, send } from "../../packages/local/http.ts";
import { Senders } from "../../packages/local/sender.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

interface Seen {
  readonly path: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** A server that keeps what it is sent and answers the status that the path ends with. */
async function server(): Promise<{ senders: Senders; seen: Seen[]; connections: Set<number | undefined> }> {
  const seen: Seen[] = [];
  const connections = new Set<number | undefined>();
  const listener: Listener = await listen(0, async (request, response) => {
    connections.add(request.socket.remotePort);
    const body = await readBody(request, 10_000_000);
    seen.push({ path: request.url ?? "", headers: request.headers, body: body.toString("utf8") });
    const status = Number(request.url?.split("/").at(-1));
    send(response, { status, headers: status === 500 ? { connection: "close" } : {}, body: "x".repeat(status === 413 ? 100_000 : 10) });
  });
  open.push(listener);
  const senders = new Senders(listener.url);
  open.push(senders);
  return { senders, seen, connections };
}

/** One that says `bytes` to whoever connects. */
async function saying(bytes: string): Promise<Senders> {
  const raw: Server = createServer((socket) => {
    socket.on("error", () => {});
    socket.resume().end(bytes);
  });
  await new Promise<void>((done) => raw.listen(0, "127.0.0.1", done));
  open.push({ close: () => new Promise((done) => raw.close(done)) });
  const senders = new Senders(`http://127.0.0.1:${(raw.address() as { port: number }).port}`);
  open.push(senders);
  return senders;
}

describe("senders", () => {
  it("post the body byte for byte with its headers, and answer the status", async () => {
    const { senders, seen } = await server();
    const body = `{"ü":"${"y".repeat(300_000)}"}`;
    const headers = { "x-github-event": "push", host: "elsewhere", "Content-Length": "3", "x-umlaut": "\u00fc" };
    expect(await senders.post("/webhooks/202", headers, body)).toBe(202);
    expect(seen[0]).toMatchObject({ path: "/webhooks/202", body, headers: { "x-github-event": "push", "x-umlaut": "\u00fc" } });
    expect(seen[0]?.headers["host"]).toMatch(/^127\.0\.0\.1:/);
    expect(await senders.post("/413", {}, "")).toBe(413);
  });

  it("keep their connections, one for each post under way, and open another where the server closed one", async () => {
    const { senders, connections } = await server();
    for (let at = 0; at < 5; at++) await senders.post("/202", {}, "a");
    expect(connections.size).toBe(1);
    await Promise.all(["a", "b", "c"].map((body) => senders.post("/202", {}, body)));
    expect(connections.size).toBe(3);
    expect(await senders.post("/500", {}, "a")).toBe(500);
    expect(await Promise.all(["a", "b", "c"].map((body) => senders.post("/202", {}, body)))).toEqual([202, 202, 202]);
    expect(connections.size).toBe(4);
  });

  it("say so when nobody answers, or not in HTTP", async () => {
    for (const bytes of ["", "HTTP/1.1 202 Accepted\r\n", "HTTP/1.1 202 Accepted\r\n\r\n", `x${"y".repeat(70_000)}`])
      await expect((await saying(bytes)).post("/", {}, "a")).rejects.toMatchObject({ code: "engine-failed" });
    await expect(new Senders("http://127.0.0.1:1").post("/", {}, "a")).rejects.toMatchObject({ code: "engine-failed" });
  });

  it.each([{ "x-a": "b\r\nx-c: d" }, { "x-a\r\n": "b" }, { "x a": "b" }, { "x-a": "\u0000" }, { "x-a": "\u4e2d" }])(
    "refuse a header that HTTP cannot carry",
    async (headers) => {
      const { senders, seen } = await server();
      await expect(senders.post("/202", headers as unknown as Record<string, string>, "a")).rejects.toMatchObject({
        code: "bad-deliveries-file",
      });
      expect(seen).toEqual([]);
    },
  );
});
