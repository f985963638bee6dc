/**
 * What Stryker leaves alone, because its mutants tell nothing of a rule: audit tests' sheets, the last case of a switch over a closed union, and literals in the places that hold a sentence for people. Only the literal:
 * a sentence that is put together by a condition or a call is mutated like everything else.
 */

/** Of Babel's nodes, what is used here. */
interface Node {
  readonly type: string;
  readonly name?: string;
  readonly key?: Node;
  readonly id?: Node;
  readonly value?: unknown;
  readonly callee?: Node;
  readonly property?: Node;
  readonly arguments?: readonly unknown[];
  readonly expressions?: readonly Node[];
  readonly consequent?: readonly Node[];
  readonly argument?: Node | null;
}

interface NodePath {
  readonly node: Node;
  readonly parent: Node | undefined;
}

/** Names of members and variables that hold a sentence or a title. */
const NAMES: ReadonlySet<string> = new Set(["because", "intent", "note", "reason", "remedy", "title", "words"]);

/** Functions, and which of their arguments are sentences. */
const ARGUMENTS: Readonly<Record<string, readonly number[]>> = {
  satisfied: [0],
  notSatisfied: [1, 2],
  notAssessable: [1, 2],
  notApplicable: [1],
  pending: [1],
  due: [1],
  describe: [0],
  regex: [1],
};

function shouldIgnore({ node, parent }: NodePath): string | undefined {
  if (node.type === "ObjectProperty" && node.key?.name === "sheet" && (node.value as Node).type === "ObjectExpression")
    return "an audit test's sheet";
  if (node.type === "SwitchCase" && node.consequent?.[0]?.argument?.type === "TSSatisfiesExpression")
    return "a case that the compiler shows to be none";
  return isPlain(node) && parent !== undefined && holdsSentence(parent, node) ? "a sentence for people" : undefined;
}

/** Text in which nothing is decided. */
function isPlain({ type, expressions = [] }: Node): boolean {
  if (type === "StringLiteral") return true;
  return type === "TemplateLiteral" && expressions.every((one) => one.type === "Identifier" || one.type === "MemberExpression");
}

function holdsSentence(parent: Node, node: Node): boolean {
  switch (parent.type) {
    case "ObjectProperty":
      return parent.value === node && NAMES.has(parent.key?.name ?? "");
    case "VariableDeclarator":
      return NAMES.has(parent.id?.name ?? "");
    case "NewExpression":
      return /Error$/.test(parent.callee?.name ?? "") && parent.arguments?.indexOf(node) === 1;
    case "CallExpression": {
      const called = parent.callee?.name ?? parent.callee?.property?.name ?? "";
      return Object.hasOwn(ARGUMENTS, called) && ARGUMENTS[called]?.includes(parent.arguments?.indexOf(node) ?? -1) === true;
    }
    default:
      return false;
  }
}

export const strykerPlugins = [{ kind: "Ignore", name: "prose", value: { shouldIgnore } }];
