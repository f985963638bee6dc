import type { IncomingMessage } from "node:http";
import { ServiceFault } from "./fault.ts";
import type { Answer } from "./http.ts";
import { XML } from "./s3-xml.ts";

export interface S3Request {
  readonly method: string;
  readonly bucket: string;
  /** Empty for operations on the bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Bucket, key and query of a path-style URL, taken as they are: `..` and `//` are parts of keys like any other. */
export function addressed(url: string): Pick<S3Request, "bucket" | "key" | "query"> {
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  const slash = path.indexOf("/", 1);
  const query = new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
  try {
    const bucket = decodeURIComponent(slash < 0 ? path.slice(1) : path.slice(1, slash));
    return { bucket, key: slash < 0 ? "" : decodeURIComponent(path.slice(slash + 1)), query };
  } catch {
    throw new ServiceFault("InvalidURI", 400, "Couldn't parse the specified URI.");
  }
}

export const MALFORMED = new ServiceFault(
  "MalformedXML",
  400,
  "The XML you provided was not well-formed or did not validate against our published schema",
);

export function xml(content: string): Answer {
  return { status: 200, headers: { "content-type": "application/xml" }, body: XML + content };
}
