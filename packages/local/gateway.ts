import type { IncomingMessage, ServerResponse } from "node:http";
import { answerJson, type JsonService } from "./aws-json.ts";
import { type Answer, type Listener, listen, readBody, send } from "./http.ts";
import type { S3 } from "./s3.ts";

/** More than the largest call (an SQS batch of 1 MiB, escaped). */
const CALL_MAX_BYTES = 16 * 1024 * 1024;

/** Services of the JSON protocols by the name before the dot of `x-amz-target`. */
export type Services = Readonly<Record<string, JsonService>>;

/** What a path that is no S3 object's answers; undefined for one that is. */
type Rest = (path: string) => Answer | undefined;

/** One loopback server for all of them: a call of a JSON protocol names its service, a few paths are another REST API's, anything else is S3. */
export async function startGateway(services: Services, s3: S3, rest: Rest = () => undefined): Promise<Listener> {
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const target = request.headers["x-amz-target"];
    if (typeof target !== "string") return rest(request.url ?? "") ?? s3.answer(request);
    const [name = "", operation = ""] = target.split(".");
    const service = Object.hasOwn(services, name) ? services[name] : undefined;
    const body = await readBody(request, CALL_MAX_BYTES);
    if (service === undefined || body === "too-large") {
      const type = service === undefined ? "UnknownOperationException" : "RequestEntityTooLarge";
      return {
        status: service === undefined ? 400 : 413,
        headers: { "content-type": "application/x-amz-json-1.1" },
        body: JSON.stringify({ __type: type }),
      };
    }
    return answerJson(service, operation, body);
  };
  return listen(0, (request: IncomingMessage, response: ServerResponse) => {
    answer(request).then(
      (answered) => send(response, answered),
      () => response.destroy(),
    );
  });
}
