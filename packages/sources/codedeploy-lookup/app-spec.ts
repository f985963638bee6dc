/**
 * What an AppSpec file of ECS names, JSON or YAML alike: its members are plain scalars there, one a line or a pair. Read by their own form, not by a parser of all
 * YAML: what does not look just so is not found, and stays unresolved.
 */
const DEFINITION =
  /^[^#\n]*?\bTaskDefinition["']?\s*:\s*["']?(arn:aws[a-z-]*:ecs:[a-z0-9-]+:\d{12}:task-definition\/[\w-]{1,255}:\d{1,9})["']?\s*[,}\s]/gm;
const CONTAINER = /^[^#\n]*?\bContainerName["']?\s*:\s*["']?([\w-]{1,255})["']?\s*[,}\s]/gm;

/** Longer than CodeDeploy takes one (100 KiB and more are refused). */
const MAX_LENGTH = 256 * 1024;

/** The ARN of the one task definition that it deploys; undefined when it names none or several. */
export function taskDefinitionOf(content: string | null | undefined): string | undefined {
  return onlyOne(content, DEFINITION);
}

/** The container to which the load balancer sends requests. */
export function balancedContainerOf(content: string | null | undefined): string | undefined {
  return onlyOne(content, CONTAINER);
}

function onlyOne(content: string | null | undefined, pattern: RegExp): string | undefined {
  if (content === null || content === undefined || content.length > MAX_LENGTH) return undefined;
  // A JSON file may be one line: each member begins a line of its own here, and the last value ends with one.
  const lines = `${content.replace(/[{,]/g, (mark) => `${mark}\n`)}\n`;
  const [one, another] = new Set([...lines.matchAll(pattern)].map(([, value]) => value));
  return another === undefined ? one : undefined;
}
