import { parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Node, ParseError } from 'jsonc-parser';
import type { ManifestProblem } from '../manifest.ts';
import { isUnresolved } from '../templates.ts';
import { imageManifest } from './image-manifest.ts';
import { podManifest } from './pod-manifest.ts';
import { collector } from './problem.ts';
import { judgeValue } from './shape.ts';
import type { Shape } from './shape.ts';
import { fieldsOf } from './together.ts';

const MANIFESTS: Readonly<Record<string, Shape>> = {
  PodManifest: podManifest,
  ImageManifest: imageManifest,
};

/** Keys by which a JSON text shows that it is a manifest of appc; a cheap look that spares others the parser. */
const APPC_KEY = /\bac(?:kind|version)"?\s*:/i;

/**
 * Judges a JSON text that is a manifest of appc (it has an `acKind` or an `acVersion`) as appc's own reader would: what that
 * refuses is `appc-schema`, what only the words of the specification forbid is `appc-spec`. Other texts have no problems.
 */
export function appcProblems(text: string): readonly ManifestProblem[] {
  if (!APPC_KEY.test(text)) return [];
  const errors: ParseError[] = [];
  const root = parseStrictly(text, errors);
  if (root?.type !== 'object') return [];
  const [error] = errors;
  if (error !== undefined) return isUnresolved(text) ? [] : [syntaxProblem(error, text)];
  const { all } = fieldsOf(root, ['acKind', 'acVersion']);
  if (all.length === 0) return [];

  const written = all.findLast(({ name }) => name === 'acKind')?.value ?? root;
  const kind = String(written.value);
  if (isUnresolved(kind)) return [];
  const { context, problems } = collector(text);
  const manifest = Object.hasOwn(MANIFESTS, kind) ? MANIFESTS[kind] : undefined;
  if (manifest === undefined)
    context.report(
      'appc-schema',
      written,
      'The manifest must have the "acKind" "PodManifest" or "ImageManifest".',
    );
  else judgeValue(manifest, root, '', context);
  return problems;
}

function parseStrictly(text: string, errors: ParseError[]): Node | undefined {
  try {
    return parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch (error) {
    // jsonc-parser recurses, so only nesting that no manifest has ends here.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The first error alone: behind it a parser guesses. */
function syntaxProblem({ error, offset, length }: ParseError, text: string): ManifestProblem {
  const start = Math.min(offset, text.length);
  const words = printParseErrorCode(error)
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
  return {
    rule: 'appc-schema',
    span: { start, end: Math.min(start + length, text.length) },
    message: `The manifest must be plain JSON, without comments or trailing commas: ${words}.`,
  };
}
