import * as z from "zod";
import { ApiError } from "./fault.ts";
import { digest } from "./population-definitions.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, serveFile } from "./route.ts";

const TYPE = "application/yaml";

/** The texts that decided: whoever judges again needs them, and knows each by its digest. */
export function configurationTextRoutes(app: Api, { judging: { configurations } }: ApiPorts): AnyRoute[] {
  return [
    serveFile(
      app,
      {
        path: "/v1/configuration/{version}",
        summary: "A configuration's text, as it was offered",
        params: z.object({ version: digest.meta({ description: "SHA-256 of the text" }) }),
        query: z.strictObject({}),
        unrestricted: true,
        file: { type: TYPE, description: "The text" },
      },
      async ({ params: { version } }) => {
        await configurations.refresh();
        const text = await configurations.text(version);
        if (text === undefined) throw new ApiError("not-found", "no configuration of this version is on record");
        return new Response(Uint8Array.from(text), { headers: { "content-type": TYPE } });
      },
    ),
  ];
}
