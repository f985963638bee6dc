import { GetFunctionConfigurationCommand, type LambdaClient, ListTagsCommand } from "@aws-sdk/client-lambda";
import type { LookUpPorts } from "@change-ledger/ledger";
import { canonicalBytes } from "@change-ledger/model";
import { told } from "./lookup-answer.ts";
import { LookupError } from "./lookup-fault.ts";

type VersionLookup = NonNullable<LookUpPorts["sources"]["functionVersion"]>;

const VERSION = /^(arn:aws[a-z-]*:lambda:([a-z0-9-]+):\d{12}:function:[\w-]+):(\d+)$/;

/**
 * Published versions of functions through Lambda's API: digest, description, and the function's tags. Of the configuration nothing else is kept, least of all its
 * environment; the code itself is never asked for.
 * @param clientOf the client for a region
 */
export function lambdaVersions(clientOf: (region: string) => Pick<LambdaClient, "send">): VersionLookup {
  return async (asked) => {
    const [, FunctionName, region, Qualifier] = VERSION.exec(asked.location) ?? [];
    if (FunctionName === undefined || region === undefined || Qualifier === undefined)
      throw new LookupError("not-found", "GetFunctionConfiguration: expected the ARN of a published version");
    const client = clientOf(region);
    const configuration = new GetFunctionConfigurationCommand({ FunctionName, Qualifier });
    const { CodeSha256, Description } = await told("GetFunctionConfiguration", client.send(configuration));
    // Versions have no tags of their own.
    const { Tags } = await told("ListTags", client.send(new ListTagsCommand({ Resource: FunctionName })));
    return canonicalBytes({
      ...asked,
      ...(CodeSha256 !== undefined && { codeSha256: CodeSha256 }),
      ...(Description !== undefined && Description !== "" && { description: Description }),
      tags: Tags ?? {},
    });
  };
}
