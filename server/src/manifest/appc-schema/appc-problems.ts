import { parseStrictJson } from '../../domain/strict-json.ts';
import type { StrictJson } from '../../domain/strict-json.ts';
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
  const { root, error } = parseStrictJson(text);
  if (root?.type !== 'object') return [];
  if (error !== undefined) return isUnresolved(text) ? [] : [syntaxProblem(error)];
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

function syntaxProblem({ start, end, words }: NonNullable<StrictJson['error']>): ManifestProblem {
  const message = `The manifest must be plain JSON, without comments or trailing commas: ${words}.`;
  return { rule: 'appc-schema', span: { start, end }, message };
}
