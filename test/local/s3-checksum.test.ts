import { describe, expect, it } from "vitest";
import { ServiceFault } from "../../packages/local/fault.ts";
import { checksum, decodeChunked } from "../../packages/local/s3-checksum.ts";

describe("checksums", () => {
  // The check values that each algorithm's own specification gives for "123456789".
  it.for([
    ["crc32", "cbf43926"],
    ["crc32c", "e3069283"],
    ["crc64nvme", "ae8b14860a799888"],
    ["sha1", "f7c3bc1d808e04732adf679965ccc34ca7ae3441"],
    ["sha256", "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"],
  ] as const)("of %s are the published ones", ([algorithm, hex]) => {
    expect(Buffer.from(checksum(algorithm, Buffer.from("123456789")), "base64").toString("hex")).toBe(hex);
  });
});

describe("a body in chunks", () => {
  it("is put together, with its trailing headers", () => {
    const body = "5\r\nhello\r\n6;chunk-signature=ab\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n";
    const { payload, trailers } = decodeChunked(Buffer.from(body));
    expect(payload.toString()).toBe("hello world");
    expect([...trailers]).toEqual([["x-amz-checksum-crc32", "DUoRhQ=="]]);
  });

  it.for(["", "5\r\nhel", "zz\r\n", "5", "-1\r\n", "ffffffff\r\nx"])("that is cut short or misspelt is refused: %j", (body) => {
    expect(() => decodeChunked(Buffer.from(body))).toThrow(ServiceFault);
  });
});
