import { createHash } from "node:crypto";
import { ServiceFault } from "./fault.ts";
import type { ObjectVersion } from "./object-index.ts";
import { CHECKSUMS, checksum, decodeChunked } from "./s3-checksum.ts";
import type { S3Request } from "./s3-request.ts";

/** The object's bytes with every digest that the client sent checked, and the checksums to keep. */
export function payload({ headers, body }: S3Request): { bytes: Buffer; checksums: Record<string, string>; given: boolean } {
  const header = (name: string) => headers[name] as string | undefined;
  const chunked =
    header("content-encoding")
      ?.split(",")
      .map((one) => one.trim())
      .includes("aws-chunked") === true || header("x-amz-content-sha256")?.startsWith("STREAMING-") === true;
  const { payload: bytes, trailers } = chunked ? decodeChunked(body) : { payload: body, trailers: new Map<string, string>() };
  const announced = header("x-amz-decoded-content-length");
  if (announced !== undefined && Number(announced) !== bytes.length)
    throw new ServiceFault("IncompleteBody", 400, "You did not provide the number of bytes specified by the Content-Length HTTP header");
  const sha256 = header("x-amz-content-sha256");
  const told = sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? Buffer.from(sha256, "hex") : undefined;
  if (told !== undefined && !createHash("sha256").update(bytes).digest().equals(told)) {
    throw new ServiceFault(
      "XAmzContentSHA256Mismatch",
      400,
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  const md5 = header("content-md5");
  if (md5 !== undefined && createHash("md5").update(bytes).digest("base64") !== md5)
    throw new ServiceFault("BadDigest", 400, "The Content-MD5 you specified did not match what we received.");
  const checksums: Record<string, string> = {};
  for (const algorithm of CHECKSUMS) {
    const expected = header(`x-amz-checksum-${algorithm}`) ?? trailers.get(`x-amz-checksum-${algorithm}`);
    if (expected === undefined) continue;
    // The same digest once more, mostly: it was computed above.
    const found = algorithm === "sha256" && told !== undefined ? told.toString("base64") : checksum(algorithm, bytes);
    if (found !== expected)
      throw new ServiceFault("BadDigest", 400, `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`);
    checksums[algorithm] = expected;
  }
  const promised = header("x-amz-trailer");
  if (promised !== undefined && !trailers.has(promised.toLowerCase()))
    throw new ServiceFault(
      "MalformedTrailerError",
      400,
      "The request contained trailing data that was not well-formed or did not conform to our published schema.",
    );
  const given = md5 !== undefined || Object.keys(checksums).length > 0;
  if (Object.keys(checksums).length === 0) checksums["crc64nvme"] = checksum("crc64nvme", bytes);
  return { bytes, checksums, given };
}

const KEPT = /^(?:content-type|content-disposition|content-language|cache-control|expires|x-amz-meta-.+|x-amz-storage-class)$/;

/** What a client gets back with the object. */
export function storedHeaders(headers: S3Request["headers"]): Record<string, string> {
  const kept: Record<string, string> = { "content-type": "binary/octet-stream" };
  for (const [name, value] of Object.entries(headers)) if (KEPT.test(name) && typeof value === "string") kept[name] = value;
  const encoding = headers["content-encoding"]
    ?.split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "aws-chunked")
    .join(",");
  return encoding === undefined || encoding === "" ? kept : { ...kept, "content-encoding": encoding };
}

export function checksumHeaders(version: ObjectVersion): Record<string, string> {
  return Object.fromEntries(Object.entries(version.checksums).map(([algorithm, value]) => [`x-amz-checksum-${algorithm}`, value]));
}
