import { MemoryStore, manifestOf } from "@change-ledger/workpapers";
import { describe, expect, it } from "vitest";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("working papers in memory", () => {
  it("are whole, in order, without the log's tiles among those that are named", () => {
    const store = new MemoryStore(100);
    for (const file of ["b.json", "log/tile/0/000", "a.json", ".audit.json", "a/c"]) store.put(file, bytes(file));
    expect(store.files()).toEqual([".audit.json", "a.json", "a/c", "b.json"]);
    expect(store.all().map(([file]) => file)).toEqual([".audit.json", "a.json", "a/c", "b.json", "log/tile/0/000"]);
    const { files } = JSON.parse(new TextDecoder().decode(manifestOf(store))) as { files: { path: string }[] };
    expect(files.map(({ path }) => path)).toEqual(["a.json", "a/c", "b.json"]);
  });
  it("hold no more than they may, whatever was replaced or taken away before", () => {
    const store = new MemoryStore(10);
    store.put("log/tile/0/000", bytes("12345678"));
    store.put("log/tile/0/000", bytes("1234"));
    store.put("log/checkpoint", bytes("123456"));
    expect(() => store.put("more", bytes("1"))).toThrow(expect.objectContaining({ code: "too-large" }));
    store.remove("log/tile/");
    expect([store.read("log/tile/0/000", 10), store.read("log/checkpoint", 10)]).toEqual([undefined, bytes("123456")]);
  });
  it("give no file that is larger than who reads it takes", () => {
    const store = new MemoryStore(10);
    store.put("a", bytes("123"));
    expect(() => store.read("a", 2)).toThrow(expect.objectContaining({ code: "unreadable" }));
  });
});
